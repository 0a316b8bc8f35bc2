// The form of a request: fields from the words of the real command table, what they hold first, what is wrong with them.

import { describe, expect, it } from "vitest";
import { buildRequest, listRequestForms } from "#domain/hj212/requests.ts";
import { requestsZh } from "../../i18n/requests-zh.ts";
import { hidePasswords, hideSecret } from "../devices/hide-passwords.ts";
import { newRequestQuery } from "./request-data.ts";
import { filled, findFaults, firstSettings, groupOf, readField, readLines } from "./request-form.ts";

const now = Date.parse("2026-11-22T08:43:40+08:00");
const forms = listRequestForms().map((form) => ({ ...form, changes: false }));
const formOf = (cn: string) => {
  const form = forms.find((each) => each.cn === cn);
  if (form === undefined) throw new Error(`no form ${cn}`);
  return form;
};
const address = { mn: "0", pw: "1", st: "32", qn: "20261122084340000", edition: "2017" } as const;

describe("the form of a request", () => {
  it("knows each setting of the command table, and says in Chinese what each may be", () => {
    const kinds = new Map(forms.flatMap(({ settings }) => settings.map((each) => [each.key, readField(each).kind])));
    expect(Object.fromEntries(kinds)).toMatchObject({
      BeginTime: "stamp",
      SystemTime: "stamp",
      PolId: "factor",
      InfoId: "information",
      MinInterval: "choice",
      RtdInterval: "whole",
      NewPW: "text",
    });
    for (const { settings } of forms)
      for (const { wanted } of settings) expect(requestsZh.sayWanted(wanted)).not.toBe(wanted);
  });

  it("names every command and every setting in Chinese", () => {
    for (const { cn, settings } of forms) {
      expect(requestsZh.commands[cn], cn).toBeTruthy();
      for (const { key } of settings) expect(requestsZh.settings[key], key).toBeTruthy();
    }
  });

  it("of data begins with the last whole hour, in fourteen digits of UTC+8", () => {
    expect(firstSettings(formOf("2051"), now)).toEqual({ BeginTime: "20261122070000", EndTime: "20261122080000" });
  });

  it("leaves the time to set to the sending", () => {
    const settings = firstSettings(formOf("1012"), now);
    expect(findFaults(formOf("1012"), settings)).toEqual({});
    expect(filled(settings)).toEqual({});
  });

  it.each(["2051", "1063", "1061"])("can be sent as it is first shown when it needs no choice: %s", (cn) => {
    const settings = firstSettings(formOf(cn), now);
    expect(findFaults(formOf(cn), settings)).toEqual({});
    expect(buildRequest(cn, address, filled(settings)).ok).toBe(true);
  });

  it("finds what is missing, what is out of bounds and an end before its beginning", () => {
    expect(findFaults(formOf("3012"), { PolId: "" })).toEqual({ PolId: "needed" });
    expect(findFaults(formOf("1062"), { RtdInterval: "5" })).toEqual({ RtdInterval: "wanted" });
    expect(findFaults(formOf("1064"), { MinInterval: "7" })).toEqual({ MinInterval: "wanted" });
    expect(findFaults(formOf("2061"), { BeginTime: "20261131000000", EndTime: "20261122080000" })).toEqual({
      BeginTime: "wanted",
      EndTime: "order",
    });
    expect(findFaults(formOf("3021"), { PolId: "w01018", InfoId: "i13001", Info: "a=b" })).toEqual({ Info: "wanted" });
  });

  it("agrees with the api about what can be sent", () => {
    const settings = { PolId: "w01018", InfoId: "i13001", Info: "200" };
    expect(findFaults(formOf("3021"), settings)).toEqual({});
    expect(buildRequest("3021", address, settings).ok).toBe(true);
  });

  it("puts what changes a device apart", () => {
    expect(groupOf({ cn: "1072", changes: true })).toBe("change");
    expect(groupOf({ cn: "2061", changes: false })).toBe("data");
    expect(groupOf({ cn: "3019", changes: false })).toBe("read");
    expect(groupOf({ cn: "3012", changes: false })).toBe("control");
  });

  it("reads settings by lines for devices on MQTT, and notices a line that is none", () => {
    expect(readLines("mode = quick\n\nlevel=2")).toEqual({ mode: "quick", level: "2" });
    expect(readLines("")).toEqual({});
    expect(readLines("quick")).toBeNull();
  });
});

describe("a password of a logger", () => {
  it("is left out of what is shown of a packet and of a setting", () => {
    expect(hidePasswords("##0101QN=1;ST=32;PW=123456;MN=0A;CP=&&NewPW=654321&&")).toBe(
      "##0101QN=1;ST=32;PW=······;MN=0A;CP=&&NewPW=······&&",
    );
    expect(hideSecret("NewPW", "654321")).toBe("······");
    expect(hideSecret("RtdInterval", "30")).toBe("30");
    expect(newRequestQuery("A", "1072", { NewPW: "654321" })).toEqual({ new: "1072", for: "A", with: null });
  });
});

describe("what the door says about a request", () => {
  it("is said in Chinese, whatever its code", () => {
    expect(requestsZh.sayDetail("QnRtn 8: CN wrong")).toBe("QnRtn 8：CN 错误");
    expect(requestsZh.sayDetail("ExeRtn 100: no data")).toBe("ExeRtn 100：没有数据");
    expect(requestsZh.sayDetail("sent 4 times, nothing was answered")).toBe("发送 4 次，均无应答");
    expect(requestsZh.sayReason("its clock is -95 s behind")).toBe("时钟快 95 秒");
  });
});
