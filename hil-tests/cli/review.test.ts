// A pullback without --once serves its review page until Ctrl-C.

import { spawn } from "node:child_process"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { folder } from "../support/cli/scratch"

const test = suite("the review of a pullback")

test("serves its review until Ctrl-C and exits with status 0", async () => {
    const child = spawn(
        process.execPath,
        [
            ...["--import", "tsx", "src/host/cli/ivus.ts", "pullback"],
            ...["--length", "1", "--out", join(folder, "review")],
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
            const [found] = /http:\/\/127\.0\.0\.1:\d+\//.exec(err) ?? []
            if (found) resolve(found)
        })
        child.on("close", () => reject(new Error(err)))
    })
    const page = await fetch(url)
    assert.match(await page.text(), /IVUS console/)
    // npm also forwards the signal that the terminal has sent: two signals count as one.
    child.kill("SIGINT")
    child.kill("SIGINT")
    assert.is(await status, 0, err)
    assert.is(JSON.parse(out).frames, 30)
})

test.run()
