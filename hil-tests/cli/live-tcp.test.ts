// `ivus live` over TCP, with a virtual board in real time.

import { existsSync } from "node:fs"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { boardOverTcp } from "../support/carts/board-over-tcp"
import { ivus } from "../support/cli/ivus"
import { folder, freePort } from "../support/cli/scratch"

const test = suite("ivus live over TCP")

test("accepts a cart without a key with --insecure, prints INSECURE, and counts every line", async () => {
    const port = await freePort()
    const board = await boardOverTcp(port)
    try {
        const out = join(folder, "tcp.png")
        const {
            status,
            out: text,
            err,
        } = await ivus(
            ...["live", "--target", "tcp:127.0.0.1", "--port", `${port}`],
            ...["--frames", "20", "--insecure", "--console-port", "0"],
            ...["--references", join(folder, "none"), "--out", out, "--json"]
        )
        assert.is(status, 0, err)
        const summary = JSON.parse(text)
        assert.is(summary.insecure, true)
        assert.ok(summary.frames >= 20)
        assert.is(summary.lines.received + summary.lines.missing, summary.lines.fired)
        assert.ok(existsSync(out))
    } finally {
        board.stop()
    }
})

test.run()
