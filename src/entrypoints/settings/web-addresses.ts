/** Whether a text is an origin as browsers write it: in lower case, without a path and without the scheme's default port. */
export function isWebOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return Boolean(url?.protocol.match(/^https?:$/)) && url?.origin === text;
}

/** Whether a text is a URL of the web that others can be appended to. */
export function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return Boolean(url?.protocol.match(/^https?:$/)) && url?.search === "" && url.hash === "" && !url.username;
}
