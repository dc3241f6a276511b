// `ivus review`: a finished run is shown from its folder until Ctrl-C.

import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ivus } from "../support/cli/ivus"
import { Program } from "../support/cli/program"
import { folder } from "../support/cli/scratch"

const test = suite("review")

test("the end of a pullback names the command, and the command shows the run", async () => {
    const out = join(folder, "run")
    const pullback = await ivus("pullback", "--once", "--length", "1", "--out", out)
    assert.is(pullback.status, 0, pullback.err)
    assert.match(pullback.out, `Open them in the browser: npm run ivus -- review ${out}`)

    const program = new Program(join(folder, "keys"), "review", out, "--console-port", "0")
    const [, url] = await program.waitForOutput(/Console: (http:\/\/127\.0\.0\.1:\d+\/)/)
    const page = await fetch(url!)
    assert.is(page.status, 200)
    assert.match(await page.text(), "IVUS")
    await program.waitForOutput(/Ctrl-C ends it/)
    assert.is(await program.end("SIGINT"), 0)
})

test("a folder without a capture is bad usage", async () => {
    const { status, err } = await ivus("review", join(folder, "nothing"))
    assert.is(status, 2)
    assert.match(
        err,
        /^ivus: The capture ".*capture\.ivl" cannot be read \(ENOENT\); name a capture\.ivl\.\n$/
    )
})

test.run()
