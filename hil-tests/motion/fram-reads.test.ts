// Wrong bits in what is read from the FRAM, and a FRAM that is silent for a short time: no alarm, no entry lost, no number twice.
// Exact: no tolerance.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { type Fram } from "../../boards/virtual/fram/fram"
import * as machine from "../../src/shared/cart-machine"
import * as codes from "../../src/shared/codes"
import { RING_ENTRIES, ringBlock } from "../../src/shared/event-ring"
import { type LogEntry } from "../../src/shared/protocol/messages"
import { EVEN_SLED } from "../support/carts/bench-cart"
import { blockAt, filled, LogBench, stored } from "../support/carts/log-bench"

const test = suite("reads of the FRAM")

// Of the data sheet of the MB85RS64V.
const READ = 0x03
const DATA_AT = 3

const isRead = (mosi: Uint8Array, block: number): boolean =>
    mosi[0] === READ && ((mosi[1]! << 8) | mosi[2]!) === 32 * block

/** Puts `bus` between the cart and the FRAM. @returns ends it */
function between(
    fram: Fram,
    bus: (mosi: Uint8Array, toChip: () => Uint8Array) => Uint8Array
): () => void {
    const transfer = fram.transfer.bind(fram)
    fram.transfer = mosi => bus(mosi, () => transfer(mosi))
    return () => void (fram.transfer = transfer)
}

/** One bit of what is read is wrong, if `which` says so. @returns ends it */
function flipBit(fram: Fram, which: (mosi: Uint8Array) => boolean): () => void {
    return between(fram, (mosi, toChip) => {
        const miso = toChip()
        if (which(mosi)) miso[DATA_AT + 9]! ^= 4
        return miso
    })
}

/** The FRAM neither answers nor takes anything in the next transfers. @returns ends it */
function silence(fram: Fram, transfers: number, level: number): () => void {
    let done = 0
    return between(fram, (mosi, toChip) =>
        done++ < transfers ? new Uint8Array(mosi.length).fill(level) : toChip()
    )
}

test("a wrong bit in the first reading after each write raises no alarm and costs no entry [IVUS-LOG-001]", async () => {
    const log = await LogBench.boot()
    const { bench, fram } = log
    const before = stored(fram)
    const reads = new Map<number, number>()
    // The first reading of each block after its writing is wrong.
    const end = flipBit(fram, mosi => {
        const address = (mosi[1]! << 8) | mosi[2]!
        if (mosi[0] !== READ) {
            reads.delete(address)
            return false
        }
        const count = (reads.get(address) ?? 0) + 1
        reads.set(address, count)
        return count === 1
    })
    await bench.home()
    await log.refuse()
    await bench.wait(2500)
    end()
    assert.is(bench.events.filter(e => e.code === codes.EVENT_FRAM).length, 0)
    assert.is(bench.status!.alarm, codes.GOOD)
    const after = stored(fram)
    assert.ok(after.length > before.length + 3)
    assert.equal(
        after.map(e => e.number),
        after.map((_, i) => i + 1),
        "no block is skipped"
    )
    log.stop()
})

test("an entry is read again before it is sent as damaged", async () => {
    const log = await LogBench.boot({ ...EVEN_SLED, fram: filled(20) })
    let wrong = 0
    const end = flipBit(log.fram, mosi => isRead(mosi, ringBlock(7)) && wrong++ === 0)
    const [entry] = await log.read(7)
    end()
    assert.is(wrong, 2)
    assert.is(entry!.code, codes.EVENT_SPEED)
    log.stop()
})

/** The program starts again; what was stored is still there or replaced in turn, and the new entries follow in one new start. */
async function restarted(log: LogBench, what: string): Promise<LogEntry[]> {
    const before = stored(log.fram)
    const newest = before.at(-1)!
    log.bench.cart.board.restartProgram()
    // The search for the newest entry takes up to 248 control loops if it found none at the start.
    await log.bench.wait(5000)
    const after = stored(log.fram)
    const fresh = after.filter(e => e.number > newest.number)
    assert.ok(fresh.length > 0, what)
    assert.is(fresh[0]!.number, newest.number + 1, `${what}: no number is left out`)
    assert.is(fresh[0]!.code, codes.EVENT_RESTART, what)
    const kept = before.filter(e => e.number > after.at(-1)!.number - RING_ENTRIES)
    assert.equal(after, [...kept, ...fresh], `${what}: no entry is lost, and no number used twice`)
    const boots = Math.max(...before.map(e => e.boots)) + 1
    for (const entry of fresh) assert.is(entry.boots, boots, `${what}: number of the start`)
    return fresh
}

test("a start at which one reading has a wrong bit loses no entry and repeats no number [IVUS-LOG-002]", async () => {
    const log = await LogBench.boot({ ...EVEN_SLED, fram: filled(300) })
    for (const back of [0, 1, 247]) {
        const block = ringBlock(stored(log.fram).at(-1)!.number - back)
        let reads = 0
        const end = flipBit(log.fram, mosi => isRead(mosi, block) && reads++ === 0)
        await restarted(log, `entry ${back} before the newest`)
        assert.ok(reads > 0)
        end()
    }
    for (const block of [0, 1]) {
        let reads = 0
        const end = flipBit(log.fram, mosi => isRead(mosi, block) && reads++ === 0)
        await restarted(log, `restart record in block ${block}`)
        assert.ok(reads > 0)
        end()
        assert.is(log.bench.cart.receiver.restart!.state, machine.STATE_UNHOMED)
    }
    log.stop()
})

test("a FRAM that is silent while it is searched loses no entry and repeats no number [IVUS-LOG-002]", async () => {
    for (const count of [20, 300]) {
        const log = await LogBench.boot({ ...EVEN_SLED, fram: filled(count) })
        // Two readings of each record, then one of each block of the ring; behind it the first record and entries are written.
        const search = 4 + RING_ENTRIES
        const ends = count === 20 ? Array.from({ length: 14 }, (_, i) => search + i) : [150, 400]
        for (const transfers of ends) {
            const end = silence(log.fram, transfers, transfers % 2 ? 0xff : 0)
            await restarted(log, `${count} entries, silent for ${transfers} transfers`)
            end()
        }
        log.stop()
    }
})

test("without a readable restart record the number of the start follows from the newest entry [IVUS-LOG-004]", async () => {
    const log = await LogBench.boot({ ...EVEN_SLED, fram: filled(30) })
    for (let i = 0; i < 2; i++) {
        log.fram.memory.fill(0, 0, blockAt(0))
        await restarted(log, "no restart record")
    }
    assert.is(log.bench.cart.receiver.restart!.boots, stored(log.fram).at(-1)!.boots)
    log.stop()
})

test.run()
