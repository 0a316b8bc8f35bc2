// Names of loggers, and what is not shown of what they send.

import { expect, it } from "vitest";
import { formatLoggerSource, maskPasswords, mnOfSource } from "./logger.ts";

it("a source names the MN, and a site's id is none", () => {
  expect(mnOfSource(formatLoggerSource("JLYP01_AIR01_0001"))).toBe("JLYP01_AIR01_0001");
  expect(mnOfSource("HB-130200-001")).toBeNull();
});

it("passwords and keys are not shown, whatever stands around them", () => {
  expect(maskPasswords("##0101QN=1;CN=2011;PW=123456;MN=A;Flag=5;CP=&&NewPW=abc,NewSK=x;a=1&&")).toBe(
    "##0101QN=1;CN=2011;PW=••••••;MN=A;Flag=5;CP=&&NewPW=••••••,NewSK=••••••;a=1&&",
  );
});
