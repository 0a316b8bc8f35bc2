// Words to search by, in the address; asked when the person has stopped typing.

import { useEffect, useState } from "react";
import { useUrl } from "../url-state.ts";

const typingMs = 400;

export function TextFilter({ name, label }: { readonly name: string; readonly label: string }) {
  const { query, set } = useUrl();
  const value = query.get(name) ?? "";
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => set({ [name]: text.trim() }), typingMs);
    return () => clearTimeout(timer);
  }, [text, value, name, set]);
  return (
    <input
      type="search"
      className="text-filter"
      value={text}
      placeholder={label}
      aria-label={label}
      maxLength={100}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
