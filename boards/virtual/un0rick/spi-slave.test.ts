// The un0rick's SPI slave: bursts, cut transactions and random input, against a plain register model. Digital: no tolerance.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { UN_SPI_HZ, UN_SPI_LIMIT_HZ } from "../../../src/shared/devices/un0rick"
import { command, wordsOf } from "./testing/bus-master"
import { SpiSlave } from "./spi-slave"

const test = suite("un0rick SPI slave")

/** 256 registers of 16 bits, absent where `hole` returns true. */
function bench(sckHz = 1e6, hole: (address: number) => boolean = () => false) {
    const values = new Map<number, number>()
    const seen: string[] = []
    const slave = new SpiSlave(
        {
            read: (address, timeUs) => {
                seen.push(`r${address} ${timeUs}`)
                return hole(address) ? undefined : (values.get(address) ?? 0)
            },
            write: (address, value) => {
                seen.push(`w${address}=${value}`)
                values.set(address, value)
            },
        },
        sckHz
    )
    return { slave, values, seen }
}

const address = fc.nat(255)
const words = fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 40 })

function burst(at: number, values: number[], increment: boolean): Uint8Array {
    const mosi = command(true, increment, values.length, at)
    values.forEach((value, i) => mosi.set([value >> 8, value & 255], 3 + 2 * i))
    return mosi
}

test("a read burst returns what a write burst wrote", () => {
    fc.assert(
        fc.property(address, words, fc.boolean(), (at, values, increment) => {
            const { slave } = bench()
            const miso = slave.transfer(burst(at, values, increment), 0)
            assert.ok(miso.every(byte => byte === 0))
            const read = command(false, increment, values.length, at)
            const got = wordsOf(slave.transfer(read, 100))
            const last = values[values.length - 1]!
            assert.equal(got, increment ? values : values.map(() => last))
        }),
        { seed: 1, numRuns: 200 }
    )
})

test("at a fast clock only bit 15 of the first word is lost", () => {
    fc.assert(
        fc.property(address, words, (at, values) => {
            const { slave } = bench(UN_SPI_HZ)
            slave.transfer(burst(at, values, true), 0)
            const read = command(false, true, values.length, at)
            const got = wordsOf(slave.transfer(read, 100))
            assert.equal(got, [values[0]! & 0x7fff, ...values.slice(1)])
        }),
        { seed: 1, numRuns: 200 }
    )
})

test("a cut burst writes complete words, fetches one more, and does not affect the next transaction", () => {
    fc.assert(
        fc.property(address, words, fc.nat(79), (at, values, bytes) => {
            const { slave, values: held, seen } = bench()
            const cut = Math.min(bytes, 2 * values.length)
            const completeWords = cut >> 1
            slave.transfer(burst(at, values, false).subarray(0, 3 + cut), 0)
            assert.is(seen.length, completeWords)
            assert.is(held.get(at), completeWords > 0 ? values[completeWords - 1] : undefined)
            seen.length = 0
            const read = command(false, false, values.length, at)
            slave.transfer(read.subarray(0, 3 + cut), 100)
            // The next word is fetched as soon as the one before has been sent, as long as one was requested.
            assert.is(seen.length, Math.min(completeWords + 1, values.length))
            slave.transfer(burst(7, [0x1234], false), 200)
            const back = wordsOf(slave.transfer(command(false, false, 1, 7), 300))
            assert.equal(back, [0x1234])
        }),
        { seed: 1, numRuns: 200 }
    )
})

test("random input: no error, as many bytes returned, and after two reads it replies, unless it hangs", () => {
    const bytes = fc.uint8Array({ maxLength: 60 })
    fc.assert(
        fc.property(fc.array(bytes, { maxLength: 8 }), transfers => {
            const { slave, values } = bench()
            for (const mosi of transfers) assert.is(slave.transfer(mosi, 0).length, mosi.length)
            slave.transfer(command(false, false, 1, 0xf0), 0)
            values.set(0xf0, 0x0001)
            assert.equal([...slave.transfer(command(false, false, 1, 0xf0), 0)], [0, 0, 0, 0, 1])
        }),
        { seed: 1, numRuns: 300 }
    )
})

test("a read of a non-existent register hangs the slave until reset", () => {
    const { slave, values, seen } = bench(1e6, at => at === 5)
    values.set(4, 0xffff)
    const miso = slave.transfer(command(false, true, 3, 4), 0)
    // The last bit stays on MISO.
    assert.equal(wordsOf(miso), [0xffff, 0xffff, 0xffff])
    seen.length = 0
    slave.transfer(command(false, false, 1, 4), 50)
    slave.transfer(burst(4, [1], false), 100)
    assert.equal(seen, [])
    slave.reset()
    slave.transfer(burst(4, [0x55aa], false), 200)
    const back = wordsOf(slave.transfer(command(false, false, 1, 4), 300))
    assert.equal(back, [0x55aa])
})

test("with more clocks than words the last bit is repeated", () => {
    for (const [value, rest] of [
        [0x0001, 0xff],
        [0xfffe, 0x00],
    ] as const) {
        const { slave, values } = bench()
        values.set(3, value)
        const mosi = new Uint8Array(8)
        mosi.set(command(false, false, 1, 3))
        assert.equal([...slave.transfer(mosi, 0).subarray(5)], [rest, rest, rest])
    }
})

test("registers act when their bits have been transferred", () => {
    const { slave, seen } = bench(1e6)
    slave.transfer(command(false, false, 2, 9), 1000)
    // Fetched after bit 24, and while the 16th bit of the first word is sent.
    assert.equal(seen, ["r9 1023", "r9 1038"])
})

test("refuses a clock that the slave cannot follow, with a message", () => {
    for (const hz of [UN_SPI_LIMIT_HZ + 1, 0, NaN])
        assert.throws(() => bench(hz), /follows SCK up to 7968750 Hz/)
})

test.run()
