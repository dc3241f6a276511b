// The un0rick driver, compiled and in the VM, against the virtual board: data, line period, fault
// detection. Only the line period has a tolerance.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { Un0rick, type Un0rickOptions } from "../../boards/virtual/un0rick/un0rick"
import { un0rickGains } from "../../src/host/sequence/firing-check"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { recordLength } from "../../src/shared/acquisition/line-record"
import * as codes from "../../src/shared/codes"
import * as un from "../../src/shared/devices/un0rick"
import { buildUn0rickBench, runUn0rickBench, type Un0rickRun } from "../support/carts/un0rick-bench"

const test = suite("un0rick driver in the VM")

const LINES = 16
const catheter = catheterOf("array-20mhz")!
const WORDS = un.un0rickWords(un.un0rickDepthUm(catheter))
/** The driver clocks in additional bytes after the words, as many as the record needs. */
const BLOCK = recordLength(2 * (WORDS - un.UN_LEAD_WORDS))
let bytecodeFile = ""
test.before(async () => {
    bytecodeFile = await buildUn0rickBench()
})

/** Runs the bench program; `disturb` may change the board before any transfer. */
async function run(
    options: Un0rickOptions = {},
    disturb?: (board: Un0rick, transfer: number) => void
): Promise<{ board: Un0rick; run: Un0rickRun }> {
    const board = new Un0rick(options)
    const outcome = await runUn0rickBench({
        bytecodeFile,
        board,
        onTransfer: count => disturb?.(board, count),
    })
    return { board, run: outcome }
}

/** An echo that identifies switch and sample, small enough not to be clipped. */
const identifiableEcho: Un0rickOptions["echo"] = (pulse, out) => {
    for (let i = 0; i < 2000; i++) out[i] = 0.02 * Math.sin(i / 5 + pulse.settings.switches)
}

test("delivers the board's RAM as lines, one switch per line, and uses the board correctly", async () => {
    const rams: number[][] = []
    const closed: number[] = []
    const settings: unknown[] = []
    const { board, run: result } = await run(
        {
            echo: identifiableEcho,
            onPulse: pulse => {
                closed.push(pulse.settings.switches)
                settings.push({ ...pulse.settings, switches: 0 })
            },
        },
        // RAM content when the samples are requested: before the next line starts.
        board => {
            const { done, busy, ram } = board.acquisition
            if (done && !busy) rams[closed.length - 1] = [...ram.subarray(0, WORDS)]
        }
    )
    assert.is(result.fault, undefined)
    assert.is(result.lines.length, LINES)
    for (const [i, line] of result.lines.entries()) {
        assert.equal(line.words.slice(0, WORDS), rams[i], `line ${i}`)
    }
    // The echo is in them: no two lines are equal.
    assert.is(new Set(result.lines.map(l => l.words.join())).size, LINES)
    assert.equal(
        closed,
        Array.from({ length: LINES }, (_, i) => 1 << i)
    )
    assert.equal(board.misuse, [])
    const half = un.un0rickHalfPeriod(catheter.centre_frequency_khz)
    const expected = {
        delayPeriods: 7,
        onPeriods: half,
        gapPeriods: half,
        dampPeriods: 8 * half,
        gain: un0rickGains(catheter),
        switches: 0,
    }
    for (const fired of settings) assert.equal(fired, expected)
})

test("reads only the needed words, and a line takes the computed time", async () => {
    const { run: result } = await run()
    const budget = un.budgetUn0rick(catheter, un.UN_SPI_HZ, un.UN_WAIT_US, un.UN_TRANSFER_US)
    const reads = result.transfers.filter(t => t.mosi[2] === un.UN_RAMDATA)
    // Two patterns of the self-test and the lines.
    assert.is(reads.length, 2 + LINES)
    for (const { mosi, miso } of reads) {
        // Number of requested words, without the additional bytes.
        assert.is(((mosi[0]! << 8) | mosi[1]!) & 0x3fff, WORDS - 1)
        assert.is(miso.length, BLOCK)
    }
    for (let i = 1; i < LINES; i++) {
        const periodUs = result.lines[i]!.timeUs - result.lines[i - 1]!.timeUs
        // The VM sleeps in whole ms of the clock: a double's rounding of the bus times remains.
        assert.ok(
            Math.abs(periodUs - budget.line_us) < 1e-3,
            `${periodUs} us, computed ${budget.line_us} us`
        )
    }
    const begin = result.transfers.findIndex(t => t.mosi[2] === un.UN_ACQSTART)
    const bytes = result.transfers
        .slice(begin - 3, begin - 3 + un.UN_LINE_TRANSFERS)
        .reduce((sum, t) => sum + t.miso.length, 0)
    assert.is(bytes, un.UN_LINE_BYTES + 2 * WORDS)
    for (const { mode, hz } of result.transfers)
        assert.equal([mode, hz], [un.UN_SPI_MODE, un.UN_SPI_HZ])
})

test("tolerates an earlier truncated control word, and another high byte of VERSION", async () => {
    for (const length of [1, 2]) {
        const { run: result } = await run({ version: 0x0001 }, (board, count) => {
            if (count === 0) board.transfer(new Uint8Array(length).fill(0x80), 0)
        })
        assert.is(result.fault, undefined)
        assert.is(result.lines.length, LINES)
    }
})

/** The value of a fault is the value that was read, or its address. */
const FAULTS: {
    name: string
    code: number
    value: number
    options?: Un0rickOptions
    disturb?(board: Un0rick, transfer: number): void
}[] = [
    {
        name: "all ones on MISO",
        code: codes.FAULT_UN0RICK_MISSING,
        value: 0xffff,
        disturb: board => void (board.dead = "ones"),
    },
    {
        name: "all zeros on MISO",
        code: codes.FAULT_UN0RICK_MISSING,
        value: 0,
        disturb: board => void (board.dead = "zeros"),
    },
    {
        name: "another version",
        code: codes.FAULT_UN0RICK_VERSION,
        value: 2,
        options: { version: 0x0202 },
    },
    {
        name: "a memory bit that reads back wrong",
        code: codes.FAULT_UN0RICK_MEMORY,
        value: 700,
        disturb: board => board.flipRam(700, 0x0010),
    },
    {
        name: "a bit of the first word that reads back wrong",
        code: codes.FAULT_UN0RICK_MEMORY,
        value: 0,
        disturb: board => board.flipRam(0, 0x4000),
    },
    {
        name: "bit 15 of the last word that reads back wrong",
        code: codes.FAULT_UN0RICK_MEMORY,
        value: WORDS - 1,
        disturb: board => board.flipRam(WORDS - 1, 0x8000),
    },
    {
        name: "a reset between two lines",
        code: codes.FAULT_UN0RICK_RESET,
        value: 1,
        disturb: (board, transfer) => {
            if (transfer === 50) board.reset()
        },
    },
    {
        name: "a bus that fails between two lines, all ones",
        code: codes.FAULT_UN0RICK_MISSING,
        value: 0xffff,
        disturb: (board, transfer) => {
            if (transfer === 50) board.dead = "ones"
        },
    },
    {
        name: "a bus that fails between two lines, all zeros",
        code: codes.FAULT_UN0RICK_MISSING,
        value: 0,
        disturb: (board, transfer) => {
            if (transfer === 50) board.dead = "zeros"
        },
    },
    {
        name: "a gain register that loses its value",
        code: codes.FAULT_UN0RICK_WRITE,
        value: un.UN_DACGAIN,
        // Between each write and its read-back the FPGA is configured again, which loads 0x200.
        disturb: (board, transfer) => {
            if (transfer === 6 || transfer === 8 || transfer === 10) board.reloadGain()
        },
    },
    ...(["UN_DACOUT", "UN_NBLINES", "UN_HVMUXEN"] as const).map(register => ({
        name: `a write of ${register} that is lost`,
        code: codes.FAULT_UN0RICK_WRITE,
        value: un[register],
        disturb: (board: Un0rick, count: number): void => {
            if (count > 0) return
            const transfer = board.transfer.bind(board)
            board.transfer = (mosi, timeUs) =>
                mosi[0] === 0x80 && mosi[2] === un[register]
                    ? new Uint8Array(mosi.length)
                    : transfer(mosi, timeUs)
        },
    })),
    {
        name: "a sequencer that never ends",
        code: codes.FAULT_UN0RICK_LATE,
        value: un.UN_ACQDONE,
        disturb: board => void (board.acquisition.stuck = true),
    },
]

for (const { name, code, value, options, disturb } of FAULTS)
    test(name, async () => {
        const { run: result } = await run(options, disturb)
        assert.equal(result.fault, { code, value })
        assert.ok(result.log.some(l => l.includes(codes.sentenceOf(code).slice(0, 60))))
        assert.ok(result.lines.length < LINES)
    })

test.run()
