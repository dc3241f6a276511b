// Which pairs of which frame an A-line uses where a frame meets its neighbour.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    PAIRS_RECIPROCAL_14,
    recordLength,
    SAMPLE_FORMAT_RF16,
} from "../../shared/acquisition/line-record"
import { TestBoard } from "../link/testing/test-board"
import type { PolarFrame } from "../picture/picture"
import { RunReceiver } from "../run/run-receiver"
import { ChannelDataFrames, type Pair, reciprocalPairs } from "./beamform"

const test = suite("channel data frames")

const PAIRS = 896
const SAMPLES = 300
const FRAME_MS = 450

function channelDataFrames(sent?: readonly Pair[]): ChannelDataFrames {
    const receiver = new RunReceiver()
    const board = new TestBoard().hello().describe({
        sample_format: SAMPLE_FORMAT_RF16,
        pair_list: PAIRS_RECIPROCAL_14,
        lines_per_frame: PAIRS,
        samples_per_line: SAMPLES,
        record_length: recordLength(2 * SAMPLES),
        sample_period_ps: 12_500,
        first_sample_ns: 900,
        frame_rate_mhz: Math.round(1e6 / FRAME_MS),
    })
    receiver.push(board.bytes())
    return new ChannelDataFrames(
        receiver.description!,
        { elements: 64, pulseDelayUs: 0.05 },
        {
            ...{ linesPerFrame: 256, samplesPerLine: 256 },
            ...{ sampleSpacingMm: 4 / 256, apertureElements: 27 },
            ...{ apodisation: "hann", acceptanceDeg: 90 },
            ...{ soundSpeedMPerS: 1540, gainDb: 0 },
        },
        sent
    )
}

/** Compares pictures; assert.equal() would print differences for minutes. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** A noise frame. */
function frameOf(index: number, seed: number): PolarFrame {
    const codes = new Uint8Array(2 * SAMPLES * PAIRS)
    let state = seed
    for (let i = 0; i < codes.length; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0
        codes[i] = state >>> 24
    }
    const present = new Uint8Array(PAIRS).fill(1)
    return { index, timeMs: index * FRAME_MS, positionMm: 0, codes, present }
}

const presentAt = (frame: PolarFrame, degrees: number): number =>
    frame.present[Math.round((degrees * 256) / 360)]!

test("an A-line uses the pairs fired closest in time, from the neighbouring frame if necessary", () => {
    const frames = channelDataFrames()
    const [a, b, c] = [frameOf(4, 1), frameOf(5, 2), frameOf(6, 3)]
    // An A-line at 3 degrees uses elements 51 to 13; half of them fire at the end of the frame, 450 ms after the others.
    const withoutEnd = { ...b, present: b.present.slice().fill(0, PAIRS / 2) }
    assert.is(presentAt(frames.beamform(withoutEnd), 3), 0)
    assert.is(presentAt(frames.beamform(withoutEnd, a), 3), 1)
    assert.is(presentAt(frames.beamform(withoutEnd, a), 80), 1)
    assert.is(presentAt(frames.beamform(withoutEnd, a), 200), 0)
    const withoutStart = { ...b, present: b.present.slice().fill(0, 0, PAIRS / 2) }
    assert.is(presentAt(frames.beamform(withoutStart, a), 357), 0)
    assert.is(presentAt(frames.beamform(withoutStart, a, c), 357), 1)
    assert.is(presentAt(frames.beamform(withoutStart, a, c), 100), 0)
})

test("an equal neighbour changes nothing, another neighbour changes only the A-lines near angle 0", () => {
    const frames = channelDataFrames()
    const [b, other] = [frameOf(5, 2), frameOf(4, 1)]
    const alone = frames.beamform(b)
    const same = frames.beamform(b, { ...b, index: 4, timeMs: 4 * FRAME_MS })
    assert.ok(isSame(same.codes, alone.codes))
    const mixed = frames.beamform(b, other)
    const isChanged = ({ codes }: PolarFrame, line: number): boolean =>
        codes
            .subarray(line * 256, (line + 1) * 256)
            .some((code, k) => code !== alone.codes[line * 256 + k])
    // Line i uses 27 elements from ceil(i/4 - 13.5) on: up to line 50 some of them are before element 0.
    for (let line = 0; line <= 50; line++) assert.ok(isChanged(mixed, line))
    // Element 13 and later ones have all partners within the frame: from 13.5/64 of the circle on.
    for (let line = 54; line < 256; line++) assert.not(isChanged(mixed, line))
    // From line 203 on some are after element 63, which the next frame fires closest in time. At the edge of the aperture
    // the Hann weight hides the change; it shows from three elements further in.
    const late = frames.beamform(b, undefined, frameOf(6, 3))
    for (let line = 0; line < 256; line++)
        if (line < 203 || line >= 215) assert.is(isChanged(late, line), line >= 215, `${line}`)
})

test("does not use a neighbour after a gap", () => {
    const frames = channelDataFrames()
    const [a, b] = [frameOf(4, 1), frameOf(5, 2)]
    const alone = frames.beamform(b).codes
    assert.not(isSame(frames.beamform(b, a).codes, alone))
    for (const wrong of [{ index: 3 }, { timeMs: 4.3 * FRAME_MS }])
        assert.ok(isSame(frames.beamform(b, { ...a, ...wrong }).codes, alone))
})

test("does not use neighbours if the transmitters do not fire in order", () => {
    const frames = channelDataFrames(reciprocalPairs(64, 14).reverse())
    const [a, b] = [frameOf(4, 1), frameOf(5, 2)]
    const alone = frames.beamform(b).codes
    assert.ok(isSame(frames.beamform(b, a).codes, alone))
})

test.run()
