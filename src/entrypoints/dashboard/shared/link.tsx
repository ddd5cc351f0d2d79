import type { AnchorHTMLAttributes, MouseEvent, Ref } from "react";
import { type Address, formatAddress, openAddress } from "./address.js";

/** A link to a view of this page. It opens in another tab like any link where the reader asks for that. */
export function Link({
  to,
  ref,
  ...attributes
}: AnchorHTMLAttributes<HTMLAnchorElement> & {
  readonly to: Address;
  readonly ref?: Ref<HTMLAnchorElement>;
}) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openAddress(to);
  };
  return <a {...attributes} ref={ref} href={formatAddress(to)} onClick={follow} />;
}
