// Templates: placeholders in braces, filled. In JSON every text is filled for itself, so that nothing a message says can
// change the form around it. Pure.

export type Facts = Readonly<Record<string, string | readonly string[]>>;

/** "{name}" → its text; a name that there is not stays as it is. */
export function fillText(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
    if (value === undefined) return whole;
    return typeof value === "string" ? value : value.join(",");
  });
}

/** JSON with texts → the same with its texts filled; a text that is nothing but the name of a list becomes the list. */
export function fillJson(template: unknown, facts: Facts): unknown {
  if (typeof template === "string") {
    const name = /^\{(\w+)\}$/.exec(template)?.[1] ?? "";
    const list = Object.hasOwn(facts, name) ? facts[name] : undefined;
    return list === undefined || typeof list === "string" ? fillText(template, facts) : list;
  }
  if (Array.isArray(template)) return template.map((each) => fillJson(each, facts));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillJson(value, facts)]));
}

const utf8 = new TextEncoder();

/** At most so many bytes of UTF-8, whole characters, with "…" where something was left out. */
export function cutBytes(text: string, most: number): string {
  if (utf8.encode(text).length <= most) return text;
  let bytes = 3;
  let cut = "";
  for (const sign of text) {
    bytes += utf8.encode(sign).length;
    if (bytes > most) break;
    cut += sign;
  }
  return `${cut}…`;
}
