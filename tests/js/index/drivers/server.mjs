// Serves a folder on the loopback interface, and tells what was asked for.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @param {string} folder
 * @returns {Promise<{url: string, requests: string[], close: () => void}>}  `requests`: paths, growing.
 */
export async function serveFolder(folder) {
  /** @type {string[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    requests.push(path.slice(1));
    try {
      const content = await readFile(join(folder, path));
      response.writeHead(200, { "Content-Type": path.endsWith(".json") ? "application/json" : "application/octet-stream" });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}/`,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
