// Tests of the signals that end a command.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { onStop } from "./on-stop"

const stopping = suite("signals that end a command")

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    stopping(`${signal} stops the command, once`, () => {
        let stops = 0
        const { off } = onStop(() => void stops++)
        process.emit(signal)
        // The same Ctrl-C may arrive twice.
        process.emit(signal)
        off()
        assert.is(stops, 1)
    })

stopping.run()
