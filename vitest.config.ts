// How Vitest runs the tests: what needs nothing but the language first and side by side, then what starts servers, then what
// takes the whole machine (faults, a browser) one file at a time. Two cores are assumed.

import { configDefaults, defineConfig } from "vitest/config";

const servers = ["test/{contract,property,integration}/**/*.test.ts"];
const wholeMachine = ["test/{fault,e2e}/**/*.test.ts"];

export default defineConfig({
  test: {
    pool: "forks",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...configDefaults.exclude, "data/**", ...servers, ...wholeMachine],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "servers",
          include: servers,
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "whole machine",
          include: wholeMachine,
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
