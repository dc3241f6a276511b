// Channel data from the engine's registers through link, receiver and frame assembler to a picture,
// without firmware: the test forwards the records in place of the firmware.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { BusMaster } from "../../boards/virtual/line-engine/testing/bus-master"
import { ChannelDataEcho, echoLeadUs } from "../../boards/virtual/vessel/channel-data-echo"
import { BeamformError, ChannelDataFrames, pairsOfList } from "../../src/host/beamform/beamform"
import { TestBoard } from "../../src/host/link/testing/test-board"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { putNumber } from "../../src/shared/protocol/bytes"
import { codeToAmplitude } from "../../src/shared/acquisition/sample-codes"
import * as le from "../../src/shared/devices/line-engine"
import {
    LINE_HEADER_LENGTH,
    LINE_TEST,
    PAIRS_FULL,
    PAIRS_RECIPROCAL_14,
    recordLength,
    SAMPLE_FORMAT_RF16,
    testSample,
} from "../../src/shared/acquisition/line-record"
import type { Description } from "../../src/shared/protocol/messages"
import { TABLE_ENTRY_LENGTH } from "../../src/shared/acquisition/firing-table"
import {
    arrayOf,
    echoLeadMm,
    SOUND_SPEED_M_PER_S,
    targetAt,
} from "../support/imaging/point-targets"

const test = suite("channel data through the link")

const ARRAY = arrayOf("array-20mhz")
const CATHETER = { elements: ARRAY.elements, pulseDelayUs: echoLeadUs(ARRAY) }
const PAIRS = pairsOfList(PAIRS_RECIPROCAL_14, 64)
/** 80 MHz, from 0.9 us on: 1 to 4 mm from the centre. */
const SAMPLES = 300
const SAMPLE_PERIOD_PS = 12_500
const FIRST_SAMPLE_NS = 900
/** Records per burst: as many as the payload holds. */
const BURST = Math.floor(16384 / recordLength(2 * SAMPLES))

const DESCRIPTION: Partial<Description> = {
    sample_format: SAMPLE_FORMAT_RF16,
    pair_list: PAIRS_RECIPROCAL_14,
    lines_per_frame: PAIRS.length,
    samples_per_line: SAMPLES,
    record_length: recordLength(2 * SAMPLES),
    sample_period_ps: SAMPLE_PERIOD_PS,
    first_sample_ns: FIRST_SAMPLE_NS,
    run: 1,
}

const SETTINGS = {
    linesPerFrame: 256,
    samplesPerLine: 256,
    sampleSpacingMm: 4 / 256,
    apertureElements: 14,
    apodisation: "hann",
    acceptanceDeg: 90,
    soundSpeedMPerS: SOUND_SPEED_M_PER_S,
    gainDb: 0,
} as const

/** Table entries of the pair list. */
function table(): Uint8Array {
    const bytes = new Uint8Array(PAIRS.length * TABLE_ENTRY_LENGTH)
    PAIRS.forEach(([tx, rx], i) => {
        const at = i * TABLE_ENTRY_LENGTH
        putNumber(bytes, at, "u16", i)
        putNumber(bytes, at + 2, "u8", tx)
        putNumber(bytes, at + 3, "u8", rx)
        putNumber(bytes, at + 8, "u16", SAMPLES)
        putNumber(bytes, at + 12, "u32", SAMPLE_PERIOD_PS)
    })
    return bytes
}

/** Two frames of a target at 2.5 mm and 100 degrees, from the engine. */
function fired(slopeCdbPerMm = 0, strength = 1): Uint8Array[] {
    const angleRad = (100 * Math.PI) / 180
    const target = targetAt(ARRAY, 2.5, angleRad)
    const echo = new ChannelDataEcho(
        {
            array: ARRAY,
            soundSpeedMPerS: SOUND_SPEED_M_PER_S,
            noise: 0,
            seed: 1,
        },
        [{ ...target, strength: target.strength * strength }]
    )
    const m = new BusMaster(
        () => assert.unreachable("an A-line was requested"),
        (shot, out) => echo.line(shot.tx, shot.rx, shot, out)
    )
    assert.is(m.writeTable(0, table()), PAIRS.length)
    const { REG_SAMPLE_FORMAT: format, REG_FIRST_SAMPLE_NS: first } = le
    assert.is(m.write(format, SAMPLE_FORMAT_RF16), SAMPLE_FORMAT_RF16)
    assert.is(m.write(first, FIRST_SAMPLE_NS), FIRST_SAMPLE_NS)
    // Points 1 us apart: 0.77 mm of depth.
    m.write(le.REG_TGC_STEP_NS, 1000)
    const gain = (i: number): number => Math.round(slopeCdbPerMm * 0.77 * i)
    for (let i = 0; i < 32; i += 2) m.write(le.REG_TGC_0 + i / 2, gain(i) | (gain(i + 1) << 16))
    m.write(le.REG_WINDOW_START, -10)
    m.write(le.REG_WINDOW_END, 10)
    m.write(le.REG_GATE, le.GATE_OPEN)
    assert.ok(m.arm(PAIRS.length, SAMPLES, 50))
    assert.ok(m.fire())
    const records: Uint8Array[] = []
    while (records.length < 2 * PAIRS.length)
        for (const record of m.wait(50 * BURST).records(BURST, 2 * SAMPLES))
            records.push(record.bytes)
    return records.slice(0, 2 * PAIRS.length)
}

function received(records: readonly Uint8Array[], changes: Partial<Description> = {}): RunReceiver {
    const board = new TestBoard().hello().describe({ ...DESCRIPTION, ...changes })
    for (let i = 0; i < records.length; i += BURST) board.lines(records.slice(i, i + BURST))
    const receiver = new RunReceiver()
    receiver.push(board.end({ lines_fired: records.length }).bytes())
    receiver.finish()
    return receiver
}

function brightest(codes: Uint8Array): number {
    return codes.reduce(
        (brightestIndex, code, i) => (code > codes[brightestIndex]! ? i : brightestIndex),
        0
    )
}

test("shows a point target at its true position in each frame, in a frame accepted by the picture module", () => {
    const { assembler, description, stream } = received(fired())
    assert.is(stream.faults.linesDamaged, 0)
    assert.is(assembler!.counts.received, 2 * PAIRS.length)
    assert.is(assembler!.counts.missing, 0)
    assert.is(assembler!.frames.length, 2)
    const frames = new ChannelDataFrames(description!, CATHETER, SETTINGS)
    assert.is(frames.geometry.catheterRadiusMm, 0.3)
    for (const frame of assembler!.frames) {
        const picture = frames.beamform(frame)
        assert.is(picture.timeMs, frame.timeMs)
        assert.ok(picture.present.every(flag => flag === 1))
        const brightestIndex = brightest(picture.codes)
        // One line of 1.4 degrees and one sample of 16 um.
        assert.ok(Math.abs(Math.floor(brightestIndex / 256) - (100 * 256) / 360) <= 1)
        const peakMm = ((brightestIndex % 256) * 4) / 256
        assert.ok(Math.abs(peakMm - echoLeadMm(ARRAY) - 2.5) <= 4 / 256)
        // Half of full scale straight ahead; less at an angle because of directivity and distance:
        // weighted by Hann 10 %.
        const height = codeToAmplitude(picture.codes[brightestIndex]!)
        assert.ok(height > 0.42 && height < 0.5, `${height}`)
    }
})

test("applies TGC to the samples: 6 dB/mm at a depth of 2.2 mm give 13.2 dB", () => {
    const [plain, gained] = [0, 600].map(slope => {
        const records = fired(slope, 0.1).slice(0, PAIRS.length)
        const { assembler, description } = received(records)
        const frames = new ChannelDataFrames(description!, CATHETER, SETTINGS)
        return brightestCode(frames.beamform(assembler!.frames[0]!).codes)
    })
    // The pulse's delay of 0.05 us counts as depth (0.2 dB), and outer elements receive the echo
    // later (0.1 dB): 0.5 dB.
    const gainDb = ((gained! - plain!) * 72) / 255
    assert.ok(Math.abs(gainDb - 13.4) < 0.5, `${gainDb} dB`)
})

function brightestCode(codes: Uint8Array): number {
    return codes[brightest(codes)]!
}

test("darkens or drops lines whose pairs were lost, and counts the lost pairs", () => {
    const records = fired()
        .slice(0, 896)
        .filter((_, i) => PAIRS[i]![0] !== 20)
    const { assembler, description } = received(records)
    // Records missing at the end of a frame show only in the end summary.
    assert.is(assembler!.counts.missing, 14)
    const frames = new ChannelDataFrames(description!, CATHETER, SETTINGS)
    const { present } = frames.beamform(assembler!.frames[0]!)
    assert.ok(present.some(flag => flag === 0))
    assert.is(present[4 * 50], 1)
})

test("refuses a sample format or first sample out of range or while armed; a new format empties the FIFO", () => {
    const m = new BusMaster()
    for (const value of [0, 3, 258]) assert.is(m.write(le.REG_SAMPLE_FORMAT, value), 1)
    m.write(le.REG_TEST, 3)
    assert.is(m.engine.firing.fifo.level, 3)
    assert.is(m.write(le.REG_SAMPLE_FORMAT, SAMPLE_FORMAT_RF16), 2)
    assert.is(m.engine.firing.fifo.level, 0)
    assert.ok(m.arm(4, 16, 1000))
    assert.is(m.write(le.REG_SAMPLE_FORMAT, 1), 2)
    assert.is(m.write(le.REG_FIRST_SAMPLE_NS, 5), 0)
    m.control(le.CONTROL_STOP)
    m.engine.powerCycle(m.timeUs)
    assert.is(m.read(le.REG_SAMPLE_FORMAT), 1)
})

test("fills both bytes of the samples of test lines", () => {
    const m = new BusMaster()
    m.write(le.REG_SAMPLES, 16)
    m.write(le.REG_SAMPLE_FORMAT, SAMPLE_FORMAT_RF16)
    m.write(le.REG_TEST, 2)
    const [, line] = m.records(2, 32)
    assert.is(line!.bytes.length, recordLength(32))
    assert.is(line!.flags, LINE_TEST)
    for (let k = 0; k < 32; k++) assert.is(line!.bytes[LINE_HEADER_LENGTH + k], testSample(1, k))
})

test("sends RF little-endian, rounded to nearest, saturated at both ends", () => {
    const expected = [0, 1, -1, 100.4, -100.6, 32767, 40000, -32768, -40000]
    const m = new BusMaster(
        () => undefined,
        (_, out) => expected.forEach((value, k) => (out[k] = value / 32768))
    )
    m.write(le.REG_SAMPLE_FORMAT, SAMPLE_FORMAT_RF16)
    assert.ok(m.arm(1, 16, 100))
    m.fire()
    const bytes = m.wait(10).records(1, 32)[0]!.bytes
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    assert.equal(
        expected.map((_, k) => view.getInt16(LINE_HEADER_LENGTH + 2 * k, true)),
        [0, 1, -1, 100, -101, 32767, 32767, -32768, -32768]
    )
})

test("refuses records that are not channel data or have another pair list", () => {
    const refused = (changes: Partial<Description>, what: RegExp): void => {
        const description = { ...received([]).description!, ...changes }
        try {
            new ChannelDataFrames(description, CATHETER, SETTINGS)
        } catch (error) {
            assert.instance(error, BeamformError)
            assert.match((error as Error).message, what)
            return
        }
        assert.unreachable(`${what} was accepted`)
    }
    refused({ sample_format: 1 }, /sample format 1, but channel data/)
    refused({ pair_list: 9 }, /list 9 is unknown; the built-in lists are 1 to 3/)
    refused({ pair_list: PAIRS_FULL }, /pair list 3 of 64 elements has 4096 pairs/)
    refused({ sample_period_ps: 25_000 }, /sample rate/)
    const { description } = received([])
    const frames = new ChannelDataFrames(description!, CATHETER, SETTINGS)
    const short = {
        index: 7,
        timeMs: 0,
        positionMm: 0,
        codes: new Uint8Array(10),
        present: new Uint8Array(896),
    }
    assert.throws(() => frames.beamform(short), /Frame 7 has 10 bytes/)
})

test.run()
