// The roots of the words of a JSON array: `node roots.mjs`, from standard input to standard output.

import { text } from "node:stream/consumers";
import { rootOf } from "../../../../site_src/js/index/variants.js";

process.stdout.write(JSON.stringify(JSON.parse(await text(process.stdin)).map(rootOf)));
