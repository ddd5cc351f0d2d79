/** Returns text that was never returned before and cannot be guessed, safe in a key and a URL. */
export type Ids = () => string;
