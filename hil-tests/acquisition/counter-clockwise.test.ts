// A counter-clockwise rotational catheter through the firmware to the picture. No built-in catheter
// rotates this way, so the test flips the sign in the program's catheter table.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { EchoSource } from "../../boards/virtual/vessel/vessel"
import * as machine from "../../src/shared/cart-machine"
import { LINE_FRAME_START } from "../../src/shared/acquisition/line-record"
import { GOOD } from "../../src/shared/codes"
import { BenchCart, BYTECODE, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { checkCounts } from "../support/carts/check-counts"

const ROTATIONAL = { ...REQUEST, catheterId: "rotational-40mhz", lengthMm: 1 }
const LINES = 256
/** Each line has an echo at its own depth, sample index ¾ of the line number: a spiral. */
const SPIRAL: EchoSource = {
    line: (_z, line, out) => {
        out.fill(1e-4)
        out[Math.floor((line * 3) / 4)] = 1
    },
}

/** The program with the given rotor sign of rotational-40mhz; the table row keeps its length. */
function programOf(sign: 1 | -1): Buffer {
    const program = Buffer.from(readFileSync(BYTECODE))
    if (sign === 1) return program
    const from = program.indexOf("rotational-40mhz 2 1 40000  1")
    const end = program.indexOf("\n", from)
    const row = program.toString("latin1", from, end)
    const revolutions = row.replace("40000  1", "40000 1").replace(/ 1 (?=[a-z])/, " -1 ")
    assert.is(revolutions.length, row.length)
    program.write(revolutions, from, "latin1")
    return program
}

async function pullback(sign: 1 | -1): Promise<BenchCart> {
    const folder = mkdtempSync(join(tmpdir(), "ivus-"))
    const bytecodeFile = join(folder, "program.devs")
    try {
        writeFileSync(bytecodeFile, programOf(sign))
        const bench = await BenchCart.boot(ROTATIONAL, { ...EVEN_SLED, bytecodeFile, echo: SPIRAL })
        await bench.home()
        await bench.pull()
        // Clockwise is positive, seen from the cart towards the tip.
        const { drive } = bench.cart.board.engine.firing.rotor
        assert.is(Math.sign(drive.speed), sign)
        await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
        return bench
    } finally {
        rmSync(folder, { recursive: true })
    }
}

const test = suite("a counter-clockwise rotor")

for (const sign of [1, -1] as const)
    test(`rotor_sign ${sign}: lines arrive in the order of their angles and have the correct angle in the picture`, async () => {
        const bench = await pullback(sign)
        checkCounts(bench, GOOD)
        const lines = bench.lines()
        assert.ok(lines.length > 20 * LINES)
        for (const [i, line] of lines.entries()) {
            const before = lines[i - 1]
            if (!before) continue
            assert.is(line.index, (before.index + sign + LINES) % LINES)
            // A revolution starts at the index mark in either direction.
            assert.is((line.flags & LINE_FRAME_START) !== 0, line.index === 0)
        }
        const { frames } = bench.cart.receiver.assembler!
        assert.ok(frames.length >= 29, `${frames.length}`)
        for (const frame of frames.slice(1, -1)) {
            assert.is(frame.linesPresent, LINES)
            for (let k = 0; k < LINES; k++) {
                const samples = frame.codes.subarray(256 * k, 256 * (k + 1))
                assert.is(samples.indexOf(Math.max(...samples)), Math.floor((k * 3) / 4))
            }
        }
        await bench.wait(1000)
        assert.is(bench.stateNow, machine.STATE_COMPLETED)
    })

test.run()
