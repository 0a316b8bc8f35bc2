// Starting with settings that cannot be: everything that is wrong is said at once, and the exit code tells a service manager
// not to try again.

import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Program, startProgram, stopProgram, whenListening } from "#test/harness/system.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";

const dirs: TempDir[] = [];
afterEach(async () => {
  for (const dir of dirs.splice(0)) await dir.remove();
});

async function start(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = ["--no-simulator"],
): Promise<Program> {
  const dir = await createTempDir("settings");
  dirs.push(dir);
  return startProgram({ args, env, dataDir: dir.path });
}

describe("starting", () => {
  it("every problem of the settings and of the command line is listed, with exit code 2", async () => {
    const program = await start(
      {
        MQTT_LISTEN: "nowhere",
        HTTP_LISTEN: "127.0.0.1:99999",
        LOG_LEVEL: "loud",
        JOURNAL_URL: "nats://127.0.0.1",
        JOURNAL_BYTES_MAX: "much",
      },
      ["--roles", "broker,teapot"],
    );
    expect(await program.exited).toBe(2);
    for (const part of ["MQTT_LISTEN", "HTTP_LISTEN", "LOG_LEVEL", "JOURNAL_URL", "JOURNAL_BYTES_MAX", "teapot"])
      expect(program.output()).toContain(part);
  });

  it("an unknown option is refused", async () => {
    const program = await start({}, ["--fast"]);
    expect(await program.exited).toBe(2);
    expect(program.output()).toContain("--fast");
  });

  it.each(["MQTT_LISTEN", "MQTT_WS_LISTEN", "HJ212_LISTEN", "HTTP_LISTEN"])(
    "a port in use is named with its setting %s",
    async (setting) => {
      const server = createServer();
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const program = await start({ [setting]: `127.0.0.1:${port}` });
      expect(await program.exited).toBe(2);
      const line = program.lines.find((each) => each.msg === "cannot start");
      expect(JSON.stringify(line)).toContain(setting);
      expect(JSON.stringify(line)).toContain(String(port));
      expect(line?.["hint"]).toMatch(/another/i);
      await new Promise((done) => server.close(done));
    },
  );

  it("a second program on the same data folder is refused and the first goes on", async () => {
    const first = await start({});
    await whenListening(first);
    const dir = dirs[0]?.path ?? "";
    const second = startProgram({ args: ["--no-simulator"], env: {}, dataDir: dir });
    expect(await second.exited).not.toBe(0);
    expect(second.output()).toMatch(/another process/);
    expect(first.isRunning()).toBe(true);
    await stopProgram(first);
  });

  it("asked to stop while it is starting, it stops", async () => {
    const program = await start({});
    await waitFor("its first words", () => program.lines.length > 0, { deadlineMs: 10_000, everyMs: 1 });
    await stopProgram(program);
  });
});
