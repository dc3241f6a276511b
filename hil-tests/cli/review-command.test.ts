// The review of a finished run, by `ivus review` or after a pullback: served until Ctrl-C.

import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ivus } from "../support/cli/ivus"
import { Program } from "../support/cli/program"
import { folder } from "../support/cli/scratch"

const test = suite("review")

test("a pullback prints the command, and the command serves the review", async () => {
    const out = join(folder, "run")
    const pullback = await ivus("pullback", "--once", "--length", "1", "--out", out)
    assert.is(pullback.status, 0, pullback.err)
    assert.match(pullback.out, `Open them in the browser: npm run ivus -- review ${out}`)

    const program = new Program(join(folder, "keys"), "review", out, "--console-port", "0")
    const [, url] = await program.waitForOutput(/Console: (http:\/\/127\.0\.0\.1:\d+\/\S*)/)
    const page = await fetch(url!)
    assert.is(page.status, 200)
    assert.match(await page.text(), "IVUS")
    await program.waitForOutput(/Ctrl-C ends it/)
    assert.is(await program.end("SIGINT"), 0)
})

test("refuses a folder without a capture", async () => {
    const { status, err } = await ivus("review", join(folder, "nothing"))
    assert.is(status, 2)
    assert.match(err, /^ivus: There is no run ".*nothing"; "ivus runs" lists the runs/)
})

test("a pullback without --once serves its review until Ctrl-C and exits with status 0", async () => {
    const child = spawn(
        process.execPath,
        [
            ...["src/host/cli/ivus.mjs", "pullback"],
            ...["--length", "1", "--out", join(folder, "pullback")],
            ...["--console-port", "0", "--json"],
        ],
        { stdio: ["ignore", "pipe", "pipe"] }
    )
    let [out, err] = ["", ""]
    child.stdout.on("data", data => (out += String(data)))
    const status = new Promise(resolve => child.on("close", resolve))
    const url = await new Promise<string>((resolve, reject) => {
        child.stderr.on("data", data => {
            err += String(data)
            const [found] = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(err) ?? []
            if (found) resolve(found)
        })
        child.on("close", () => reject(new Error(err)))
    })
    const page = await fetch(url)
    assert.match(await page.text(), /IVUS console/)
    // The page is there before all files are.
    while (!err.includes("Ctrl-C ends it")) await once(child.stderr, "data")
    // npm also forwards the signal that the terminal has sent: two signals count as one.
    child.kill("SIGINT")
    child.kill("SIGINT")
    assert.is(await status, 0, err)
    assert.is(JSON.parse(out).frames, 30)
})

test.run()
