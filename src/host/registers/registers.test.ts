// Tests the register tables, fields, formatting and SPI traces against values from the data sheets.

import fc from "fast-check"
import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as tmc from "../../shared/devices/tmc5160"
import * as dumpCodes from "../../shared/protocol/register-dump"
import {
    DUMP_CART,
    DUMP_ENGINE,
    DUMP_MOTOR,
    DUMP_UN0RICK,
} from "../../shared/protocol/register-dump"
import { CHIPS, fieldsOf, registerOf } from "./fields-of"
import { fieldWords } from "./print"
import { parseTraceLine, SpiTraceDecoder, TraceError, type RegisterAccess } from "./spi-trace"

const test = suite("registers by name")
const SCALE = {
    fclkHz: 12e6,
    microstepsPerMm: 51200,
    encoderNmPerCount: 1000,
}
const all = Object.entries(CHIPS).flatMap(([chip, { registers }]) =>
    registers.map(r => ({ chip: Number(chip), ...r }))
)
const u32 = fc.nat(0xffffffff)

test("has the registers of every chip of a dump", () => {
    const chips = Object.entries(dumpCodes).filter(([name]) => name.startsWith("DUMP_"))
    assert.ok(chips.length >= 4)
    for (const [name, chip] of chips) assert.ok(CHIPS[chip as number], name)
})

test("each address and name is unique, and fields do not overlap", () => {
    assert.is(new Set(all.map(r => `${r.chip} ${r.address}`)).size, all.length)
    assert.is(new Set(all.map(r => `${r.chip} ${r.name}`)).size, all.length)
    for (const { name, fields } of all) {
        let used = 0n
        for (const f of fields) {
            assert.ok(0 <= f.from && f.from <= f.to && f.to <= 31, name)
            const mask = ((1n << BigInt(f.to - f.from + 1)) - 1n) << BigInt(f.from)
            assert.is(used & mask, 0n, `${name}.${f.name}`)
            used |= mask
        }
        assert.is(new Set(fields.map(f => f.name)).size, fields.length, name)
    }
})

test("the fields of any value reassemble to the bits that they cover", () => {
    fc.assert(
        fc.property(fc.constantFrom(...all), u32, (r, value) => {
            let [joined, mask] = [0n, 0n]
            fieldsOf(r.chip, r.address, value, SCALE).forEach((f, i) => {
                const { from, to } = r.fields[i]!
                const ones = (1n << BigInt(to - from + 1)) - 1n
                joined |= (BigInt(f.value) & ones) << BigInt(from)
                mask |= ones << BigInt(from)
            })
            assert.is(joined, BigInt(value) & mask)
        })
    )
})

test("formats any value of any register without an empty line", () => {
    fc.assert(
        fc.property(fc.constantFrom(...all), u32, fc.boolean(), (r, value, scaled) => {
            const scale = scaled ? SCALE : undefined
            for (const word of fieldWords(r.chip, r.address, value, scale))
                assert.ok(word.length > 0 && !/NaN|undefined/.test(word))
        })
    )
})

test("the tables contain all registers that the project uses", () => {
    const named =
        "00 01 04 09 0A 0B 10 11 12 13 14 15 20 21 22 23 24 25 26 27 28 2A 2B 2C 2D 34 35 36 38 39 3A 3B 3C 3D 6C 6D 6F 70"
    for (const address of named.split(" "))
        assert.ok(registerOf(DUMP_MOTOR, parseInt(address, 16)), address)
    assert.is(registerOf(DUMP_MOTOR, 0x7f), undefined)
    // All registers in the table of boards/un0rick.md.
    const sheet = readFileSync(new URL("../../../boards/un0rick.md", import.meta.url), "utf8")
    const rows = [...sheet.matchAll(/^\| 0x([0-9a-f]{2}) +\| ([A-Z0-9]+) +\|/gm)]
    assert.is(rows.length, 20)
    for (const [, address, name] of rows)
        assert.is(registerOf(DUMP_UN0RICK, parseInt(address!, 16))?.name, name)
    assert.equal(fieldsOf(9, 0, 1), [])
})

test("the TMC5160's bit constants are the bits of the fields with their names", () => {
    const constants: [number, string, string, number][] = [
        [tmc.GSTAT, "GSTAT", "reset", tmc.GSTAT_RESET],
        [tmc.GSTAT, "GSTAT", "drv_err", tmc.GSTAT_DRV_ERR],
        [tmc.GSTAT, "GSTAT", "uv_cp", tmc.GSTAT_UV_CP],
        [tmc.RAMP_STAT, "RAMP_STAT", "status_stop_l", tmc.RAMP_STOP_L],
        [tmc.RAMP_STAT, "RAMP_STAT", "status_stop_r", tmc.RAMP_STOP_R],
        [tmc.RAMP_STAT, "RAMP_STAT", "status_latch_l", tmc.RAMP_LATCH_L],
        [tmc.RAMP_STAT, "RAMP_STAT", "velocity_reached", tmc.RAMP_VELOCITY_REACHED],
        [tmc.RAMP_STAT, "RAMP_STAT", "position_reached", tmc.RAMP_POSITION_REACHED],
        [tmc.RAMP_STAT, "RAMP_STAT", "vzero", tmc.RAMP_VZERO],
        [tmc.SW_MODE, "SW_MODE", "stop_l_enable", tmc.SW_STOP_L_ENABLE],
        [tmc.SW_MODE, "SW_MODE", "stop_r_enable", tmc.SW_STOP_R_ENABLE],
        [tmc.SW_MODE, "SW_MODE", "latch_l_active", tmc.SW_LATCH_L_ACTIVE],
        [tmc.SW_MODE, "SW_MODE", "en_latch_encoder", tmc.SW_EN_LATCH_ENCODER],
        [tmc.DRV_STATUS, "DRV_STATUS", "ot", tmc.DRV_HOT],
        [tmc.DRV_STATUS, "DRV_STATUS", "otpw", tmc.DRV_WARM],
        [tmc.DRV_STATUS, "DRV_STATUS", "stst", tmc.DRV_STANDSTILL],
    ]
    for (const [address, name, field, bit] of constants) {
        const register = registerOf(DUMP_MOTOR, address)!
        assert.is(register.name, name)
        const { from, to } = register.fields.find(f => f.name === field)!
        assert.equal([from, to], [Math.log2(bit), Math.log2(bit)], `${name}.${field}`)
    }
    const bits = (...names: string[]): number =>
        registerOf(DUMP_MOTOR, tmc.DRV_STATUS)!
            .fields.filter(f => names.includes(f.name))
            .reduce((all, f) => all + 2 ** f.from, 0)
    assert.is(bits("s2ga", "s2gb", "s2vsa", "s2vsb"), tmc.DRV_SHORT)
    assert.is(bits("ola", "olb"), tmc.DRV_OPEN_LOAD)
})

/** Address, value, expected text; by hand from the data sheet. */
const KNOWN: [number, number, number, string][] = [
    // 6.5.2: the reset value of CHOPCONF.
    [
        DUMP_MOTOR,
        0x6c,
        0x10410150,
        "toff 0, hstrt 5, hend 2, tbl 2 (36 clocks), tpfd 4, mres 0 (256 microsteps), intpol",
    ],
    // 2^24 / 12 MHz · 51200 usteps/s = 71582.8: 1 mm/s.
    [DUMP_MOTOR, 0x27, 71583, "71583 = 1.0000 mm/s"],
    [DUMP_MOTOR, 0x22, 0x1000000 - 71583, "-71583 = -1.0000 mm/s"],
    // 20 mm/s² = 1,024,000 usteps/s²; · 2^41 / 12e6^2 = 15637.5.
    [DUMP_MOTOR, 0x26, 15637, "15637 = 19.999 mm/s²"],
    [DUMP_MOTOR, 0x21, 0xffff3800, "-51200 = -1.0000 mm"],
    [DUMP_MOTOR, 0x20, 2, "2 = velocity -"],
    // One step per 234.375 clocks of 12 MHz is 51200/s.
    [DUMP_MOTOR, 0x12, 234, "234 = 1.0016 mm/s"],
    [DUMP_MOTOR, 0x01, 5, "reset, uv_cp"],
    [DUMP_MOTOR, 0x01, 0, "no flag is set"],
    [DUMP_MOTOR, 0x0b, 0, "0 = 256/256"],
    [DUMP_MOTOR, 0x10, 0x0006140a, "ihold 10 (11/32), irun 20 (21/32), iholddelay 6 (131.1 ms)"],
    [DUMP_MOTOR, 0x6d, 0x007f0000, "semin 0, seup 0, semax 0, sedn 0, sgt -1"],
    [DUMP_MOTOR, 0x3a, 0xffff0000, "integer -1, fractional 0"],
    [DUMP_MOTOR, 0x100, 0x81, "reset_flag, status_stop_r"],
    [DUMP_ENGINE, 0x00, 0x454e494c, '"LINE"'],
    [DUMP_ENGINE, 0x09, 0xffffffff, "-1 = -0.0010 mm"],
    [DUMP_ENGINE, 0x100, 0x50, "reset, catheter"],
    // boards/un0rick.md: the register holds the value minus one; 13 periods of 127.5 MHz are 101.96 ns.
    [DUMP_UN0RICK, 0x01, 12, "12 = 13 periods, 0.102 us"],
    // 50 dB for 1,024 codes.
    [DUMP_UN0RICK, 0x20, 0x200, "512 = 25.00 dB"],
    [DUMP_UN0RICK, 0x52, 0xa0, "lines_less_one 0, mark 5"],
    [DUMP_UN0RICK, 0x70, 0x8001, "0x8001"],
    [DUMP_UN0RICK, 0xf1, 0x0201, "version 1, upper 2"],
    [DUMP_CART, 0, 12500000, "12500000 = 12.500000 MHz"],
]

for (const [chip, address, value, text] of KNOWN)
    test(`${registerOf(chip, address)!.name} 0x${value.toString(16)} is ${text}`, () => {
        assert.is(fieldWords(chip, address, value, SCALE).join(", "), text)
    })

test("without a scale, numbers stay raw", () => {
    assert.equal(fieldWords(DUMP_MOTOR, 0x27, 71583), ["71583"])
})

test.run()

const trace = suite("an SPI trace")

function decode(
    ...transfers: readonly (readonly [mosi: string, miso: string])[]
): RegisterAccess[] {
    const found: RegisterAccess[] = []
    const decoder = new SpiTraceDecoder(a => void found.push(a))
    transfers.forEach(([mosi, miso], i) =>
        decoder.add({
            timeUs: i,
            device: "tmc5160",
            mosi: Buffer.from(mosi, "hex"),
            miso: Buffer.from(miso, "hex"),
        })
    )
    decoder.end()
    return found
}

trace("decodes the example of the data sheet: two reads, two writes", () => {
    // 4.1.1 of the data sheet: X_ACTUAL, X_ACTUAL, V_MAX := 0x00abcdef, V_MAX := 0x00123456.
    const chip = DUMP_MOTOR
    assert.equal(
        decode(
            ["2100000000", "f700000000"],
            ["2100000000", "f701020304"],
            ["a700abcdef", "f701020305"],
            ["a700123456", "f700abcdef"]
        ),
        [
            { timeUs: 0, chip, kind: "read", address: 0x21, value: 0x01020304 },
            { timeUs: 1, chip, kind: "read", address: 0x21, value: 0x01020305 },
            { timeUs: 2, chip, kind: "write", address: 0x27, value: 0xabcdef },
            { timeUs: 3, chip, kind: "write", address: 0x27, value: 0x123456 },
        ]
    )
})

trace("decodes un0rick transactions: write 3 and read 9", () => {
    const decoder = new SpiTraceDecoder(a => void found.push(a))
    const found: RegisterAccess[] = []
    for (const [mosi, miso] of [
        ["c00400000700020017000200 00", "00000000000000000000000000"],
        ["40016f00000000", "00000000018001"],
        // The samples of an A-line are one access.
        ["0003a00000000000000000", "0000000200020002000300"],
        ["80", "00"],
    ])
        decoder.add({
            timeUs: 0,
            device: "un0rick",
            mosi: Buffer.from(mosi!.replace(" ", ""), "hex"),
            miso: Buffer.from(miso!, "hex"),
        })
    decoder.end()
    const chip = DUMP_UN0RICK
    const written = [7, 2, 23, 2, 0]
    assert.equal(found, [
        ...written.map((value, address) => ({ timeUs: 0, chip, kind: "write", address, value })),
        { timeUs: 0, chip, kind: "read", address: 0x6f, value: 1 },
        { timeUs: 0, chip, kind: "read", address: 0x70, value: 0x8001 },
        { timeUs: 0, chip, kind: "read", address: 0xa0, value: 0x200 },
    ])
})

trace("a read at the end of the trace has no value", () => {
    const [access] = decode(["0100000000", "0000000000"])
    assert.is(access!.value, undefined)
})

trace("decodes any transfers in their order", () => {
    const transfer = fc.record({
        device: fc.constantFrom("tmc5160", "line-engine", "un0rick", "other"),
        bytes: fc.uint8Array({ maxLength: 24 }),
    })
    fc.assert(
        fc.property(fc.array(transfer), transfers => {
            const times: number[] = []
            const decoder = new SpiTraceDecoder(a => void times.push(a.timeUs))
            transfers.forEach(({ device, bytes }, timeUs) =>
                decoder.add({ timeUs, device, mosi: bytes, miso: bytes })
            )
            decoder.end()
            // An un0rick burst is one access per word.
            assert.ok(times.length <= transfers.length * 11)
        })
    )
})

trace("reads back a written line; refuses any other text", () => {
    fc.assert(
        fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(1e9), (b, t) => {
            const hex = Buffer.from(b).toString("hex")
            const line = { t_us: t, device: "tmc5160", mosi: hex, miso: hex }
            assert.equal(parseTraceLine(JSON.stringify(line), 1), {
                timeUs: t,
                device: "tmc5160",
                mosi: b,
                miso: b,
            })
        })
    )
    fc.assert(
        fc.property(fc.oneof(fc.string(), fc.json()), text => {
            try {
                parseTraceLine(text, 7)
                assert.unreachable(text)
            } catch (error) {
                assert.instance(error, TraceError)
                assert.match((error as Error).message, "Line 7")
            }
        })
    )
    for (const wrong of [
        { t_us: 1, device: "x", mosi: "0", miso: "0" },
        { t_us: 1, device: "x", mosi: "00", miso: "0000" },
        { t_us: 1, device: "x", mosi: "zz", miso: "zz" },
        { t_us: "1", device: "x", mosi: "", miso: "" },
    ])
        assert.throws(() => parseTraceLine(JSON.stringify(wrong), 1))
})

trace.run()
