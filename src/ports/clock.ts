/** The current time. A function, so that a test can hold it still. */
export type Clock = () => Date;
