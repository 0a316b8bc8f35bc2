// What the documentation says about the code, compared with the code: generated tables, failure codes, dependencies, quoted
// log messages, links, and the two commands of the README.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { failureCodes } from "../docs/failure-codes.ts";
import { generateDocs, listMetrics, listRaisedCodes } from "../docs/generate.ts";
import { listSources, root } from "./house/sources.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Tables are aligned by the formatter; what they say is compared. */
function withoutLayout(text: string): string {
  return text.replaceAll(/-{3,}/g, "---").replaceAll(/[ \t]+/g, " ");
}

function listDocuments(): string[] {
  const names = [...readdirSync(root), ...["docs", "docs/decisions"].flatMap(listFolder)];
  return names.filter((name) => name.endsWith(".md"));
}

function listFolder(folder: string): string[] {
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
}

describe("the documentation", () => {
  const sources = listSources();

  it.each([...generateDocs(sources)])("%s says what the code says (npm run docs:generate)", (file, text) => {
    expect(withoutLayout(read(file))).toBe(withoutLayout(text));
  });

  it("explains every failure code that is raised, and no other", () => {
    expect(failureCodes.map((row) => row.code)).toEqual(listRaisedCodes(sources));
  });

  it("lists the metrics of broker, ingest and api", () => {
    const names = listMetrics(sources).map((metric) => metric.name);
    for (const role of ["broker", "journal", "ingest", "api"]) {
      expect(names.some((name) => name.startsWith(`plumeline_${role}_`))).toBe(true);
    }
  });

  it("has a line for every dependency, and for no other package", () => {
    const manifest = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
    const wanted = [
      ...Object.keys(manifest["dependencies"] ?? {}),
      ...Object.keys(manifest["devDependencies"] ?? {}),
    ].sort();
    const items = read("docs/decisions/003-dependencies.md").match(/^- (?:[^:]|\n)+:/gm) ?? [];
    const listed = items.flatMap((item) => [...item.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "")).sort();
    expect(listed).toEqual(wanted);
  });

  it("quotes messages of the log as they are written", () => {
    const text = read("docs/operations.md");
    const table = text.slice(text.indexOf("## What the log means"));
    const quoted = [...table.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] ?? "");
    expect(quoted.length).toBeGreaterThan(10);
    const all = sources.map((source) => source.text).join("\n");
    expect(quoted.filter((message) => !all.includes(`"${message}"`))).toEqual([]);
  });

  it("links to files that are there", () => {
    const broken = listDocuments().flatMap((path) =>
      [...read(path).matchAll(/(?<!!)\[[^\]]*\]\(([^)#]+)[^)]*\)/g)]
        .map((match) => match[1] ?? "")
        .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(path), link)))
        .map((link) => `${path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it("begins with the two commands, and the continuous integration calls the second one", () => {
    const [start, test] = read("README.md")
      .slice(read("README.md").indexOf("```sh\n") + 6)
      .split("\n")
      .map((line) => line.replace(/\s*#.*$/, ""));
    expect([start, test]).toEqual(["npm ci && npm start", "npm ci && npm test"]);
    expect(read(".ci/run").split("\n")).toContain(test);
  });
});
