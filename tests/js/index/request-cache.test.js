import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestCache } from "../../../site_src/js/index/request-cache.js";

test("what is loaded is remembered", async () => {
  const loads = new RequestCache();
  let count = 0;
  const load = async () => (count += 1);
  assert.deepEqual([await loads.get("a", load), await loads.get("a", load), await loads.get("b", load)], [1, 1, 2]);
  assert.ok(loads.has("a"));
  assert.ok(!loads.has("c"));
});

test("a load that failed is tried again", async () => {
  const loads = new RequestCache();
  await assert.rejects(loads.get("a", async () => Promise.reject(new Error("no network"))), /no network/);
  assert.equal(await loads.get("a", async () => "here"), "here");
});

test("a load ends when nobody waits for it any more, and can be started again", async () => {
  const loads = new RequestCache();
  const [first, second] = [new AbortController(), new AbortController()];
  /** @type {AbortSignal | undefined} */
  let ending;
  const load = (/** @type {AbortSignal} */ signal) => {
    ending = signal;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const waits = [loads.get("a", load, first.signal), loads.get("a", load, second.signal)];
  first.abort(new Error("newer question"));
  await assert.rejects(waits[0], /newer question/);
  assert.equal(ending?.aborted, false);
  second.abort(new Error("newer still"));
  await assert.rejects(waits[1], /newer still/);
  assert.equal(ending?.aborted, true);
  assert.equal(await loads.get("a", async () => "again"), "again");
});

test("one who waits on is not disturbed by one who leaves", async () => {
  const loads = new RequestCache();
  const leaving = new AbortController();
  let arrive = (/** @type {string} */ _) => {};
  const load = () => new Promise((resolve) => (arrive = resolve));
  const left = loads.get("a", load, leaving.signal);
  const stayed = loads.get("a", load, new AbortController().signal);
  leaving.abort(new Error("left"));
  await assert.rejects(left, /left/);
  arrive("here");
  assert.equal(await stayed, "here");
});

test("an ended question loads nothing", async () => {
  await assert.rejects(new RequestCache().get("a", () => assert.fail("loaded"), AbortSignal.abort(new Error("over"))), /over/);
});

test("what was not asked for for longest is forgotten first", async () => {
  const loads = new RequestCache(2);
  for (const key of ["a", "b", "a", "c"]) await loads.get(key, async () => key);
  assert.deepEqual(["a", "b", "c"].map((key) => loads.has(key)), [true, false, true]);
});
