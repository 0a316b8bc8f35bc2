// How the dashboard is built: hashed assets into dist/dashboard, for browsers as old as Chrome 114, nothing inlined (the
// content policy allows no data: addresses), compressed twins beside every file that is worth it.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const compressible = /\.(?:js|css|html|svg|json)$/;
const worthBytes = 1_000;

/** Styles of the page itself, of the first screens and of the libraries stay where they are needed. */
const ownStyles = /\/dashboard\/style\/(?!tokens|base|frame|pages|alarms|alarm-pane|map|trend)[^/]+\.css$/;

/** Writes a .gz and a .br beside each file, so that the server compresses nothing on the way. */
export function writeTwins(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !compressible.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    if (bytes.length < worthBytes) continue;
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  }
}

function twins(): Plugin {
  let folder = "";
  return {
    name: "compressed-twins",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    writeBundle: () => writeTwins(folder),
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react(), twins()],
  worker: { format: "es" },
  server: {
    // For working on the dashboard: the system itself runs beside.
    proxy: {
      "/api": "http://127.0.0.1:8080",
      "/sign-in": "http://127.0.0.1:8080",
      "/live": { target: "ws://127.0.0.1:8080", ws: true },
    },
  },
  build: {
    outDir: join(import.meta.dirname, "../dist/dashboard"),
    emptyOutDir: true,
    target: "chrome114",
    cssTarget: "chrome114",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 400,
    // The styles of all other screens in one file: they say much of the same, and twenty small files cannot be compressed
    // against each other.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "screens", test: ownStyles }] } } },
  },
});
