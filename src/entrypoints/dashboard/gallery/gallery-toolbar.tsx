import { useEffect, useRef, useState } from "react";
import { type Filter, openAddress, STATUSES } from "../shared/address.js";
import { CloseIcon, SearchIcon } from "../shared/icons.jsx";
import { Link } from "../shared/link.jsx";
import { useStatus } from "../shared/status.js";

const LABELS = { ready: "Ready", pending: "Waiting", rejected: "Refused" } as const;

/** Milliseconds without a key after which a search begins. */
const SEARCH_PAUSE = 250;

/** Narrows the gallery. What is chosen is in the URL, to be kept, shared and gone back to. */
export function GalleryToolbar({ filter, count }: { readonly filter: Filter; readonly count: string }) {
  const { status, tag, ...others } = filter;
  const canSearch = useStatus()?.capabilities.searchByName;
  return (
    <div className="toolbar">
      {canSearch !== false && <NameSearch filter={filter} />}
      <nav className="segments" aria-label="Status">
        <Link to={showOnly({ ...others, ...(tag && { tag }) })} aria-current={!status}>
          All
        </Link>
        {STATUSES.map((one) => (
          <Link key={one} to={showOnly({ ...filter, status: one })} aria-current={status === one}>
            {LABELS[one]}
          </Link>
        ))}
      </nav>
      {tag && (
        <Link className="chip" to={showOnly({ ...others, ...(status && { status }) })}>
          <span className="unseen">Show all, not only those tagged </span>
          {tag}
          <CloseIcon />
        </Link>
      )}
      <p className="count">{count}</p>
    </div>
  );
}

function NameSearch({ filter }: { readonly filter: Filter }) {
  const [text, setText] = useState(filter.name ?? "");
  const latest = useRef(filter);
  latest.current = filter;
  // Going back and forward changes what is searched without a key being pressed.
  useEffect(() => setText(filter.name ?? ""), [filter.name]);
  useEffect(() => {
    // A search is among all tags.
    const { name = "", tag, ...rest } = latest.current;
    const others = text === "" && tag ? { ...rest, tag } : rest;
    if (text === name) return;
    const search = () =>
      openAddress(showOnly({ ...others, ...(text && { name: text }) }), { replace: name !== "" });
    const timer = setTimeout(search, SEARCH_PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="search">
      <SearchIcon />
      <input
        dir="auto"
        type="search"
        aria-label="Search by the beginning of a file name"
        placeholder="File name"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}

function showOnly(filter: Filter) {
  return { view: "gallery", filter } as const;
}
