// Tests of what becomes of output that cannot be printed.

import { EventEmitter } from "node:events"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { dropLostOutput } from "./lost-output"

const lost = suite("output that cannot be printed")

/** @returns the statuses with which the command was ended, and the exit status that was set */
function losing(
    command: string,
    output: "stdout" | "stderr",
    code: string
): { exits: number[]; status: typeof process.exitCode } {
    const before = process.exitCode
    const outputs = { stdout: new EventEmitter(), stderr: new EventEmitter() }
    const exits: number[] = []
    try {
        dropLostOutput(
            [outputs.stdout, outputs.stderr] as unknown as Parameters<typeof dropLostOutput>[0],
            command,
            status => exits.push(status)
        )
        outputs[output].emit("error", Object.assign(new Error(code), { code }))
        return { exits, status: process.exitCode }
    } finally {
        process.exitCode = before
    }
}

for (const command of ["pullback", "replay", "serve", "simulate", "live"])
    lost(`${command} goes on without a reader and with a full disk`, () => {
        for (const output of ["stdout", "stderr"] as const)
            for (const code of ["EPIPE", "ENOSPC", "EIO"])
                assert.equal(losing(command, output, code), { exits: [], status: undefined })
    })

lost("another command ends quietly without a reader", () => {
    assert.equal(losing("runs", "stdout", "EPIPE").exits, [1])
    assert.equal(losing("runs", "stderr", "EPIPE").exits, [1])
})

lost("another command whose results a full disk does not take has the exit status 1", () => {
    assert.equal(losing("runs", "stdout", "ENOSPC"), { exits: [], status: 1 })
    assert.equal(losing("runs", "stderr", "ENOSPC"), { exits: [], status: undefined })
})

lost.run()
