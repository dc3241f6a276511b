// The lumen area of the default vein, in which the catheter is inclined, measured from channel data
// of a moving sled.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { Sampler } from "../../boards/virtual/line-engine/sampler"
import { elementGain, pulseBandwidthMhz } from "../../boards/virtual/vessel/channel-data-echo"
import { SLICE_MM } from "../../boards/virtual/vessel/speckle"
import { generatedVein } from "../../boards/virtual/vessel/vessel"
import { pairsOfList } from "../../src/host/beamform/beamform"
import { axialWidthMm, lateralWidthRad } from "../../src/host/beamform/resolution"
import { channelDataSource } from "../../src/host/targets/virtual/echo-source"
import type { AssembledFrame } from "../../src/host/frames/assembled-frame"
import { TestBoard } from "../../src/host/link/testing/test-board"
import { findLumenBorders } from "../../src/host/measure/lumen-border"
import { measureLumen } from "../../src/host/measure/lumen-measures"
import { noRingDown } from "../../src/host/picture/picture"
import { beamformed } from "../support/imaging/beamformed"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { catheterOf, SOUND_SPEED_MM_S } from "../../src/shared/acquisition/catheters"
import { fireByPairs } from "../../src/shared/acquisition/channel-data"
import { PAIRS_RECIPROCAL_14, recordLength } from "../../src/shared/acquisition/line-record"
import { tgcOf, tgcStepNs } from "../../src/shared/acquisition/tgc"
import { areaBound } from "../support/imaging/area-bound"
import { arrayOf, SOUND_SPEED_M_PER_S } from "../support/imaging/point-targets"

const test = suite("the default vein from channel data")

/** The highest rate that fits the bus, and the default speed. */
const FRAME_RATE_HZ = 2.2
const SPEED_MM_S = 1
const FRAME_MM = SPEED_MM_S / FRAME_RATE_HZ
/** Wide at both ends; compressed to two fifths of its area at 12.5 mm. */
const PLACES_MM = [0.5, 4.5, 8.5, 12.5, 16.5, 20.5]
const SEED = 1
const LENGTH_MM = 25

const ARRAY = arrayOf("array-20mhz")
const PAIRS = pairsOfList(PAIRS_RECIPROCAL_14, ARRAY.elements)
const CATHETER = catheterOf("array-20mhz")!
fireByPairs(CATHETER, PAIRS_RECIPROCAL_14, 0)
const SAMPLES = CATHETER.samples_per_line

function description() {
    const board = new TestBoard().hello().describe({
        catheter: CATHETER.id,
        centre_frequency_khz: CATHETER.centre_frequency_khz,
        catheter_radius_um: CATHETER.catheter_radius_um,
        ring_down_um: CATHETER.ring_down_um,
        sound_speed_mm_s: SOUND_SPEED_MM_S,
        sample_format: CATHETER.sample_format!,
        pair_list: CATHETER.pair_list!,
        lines_per_frame: PAIRS.length,
        samples_per_line: SAMPLES,
        record_length: recordLength(2 * SAMPLES),
        sample_period_ps: CATHETER.sample_period_ps!,
        first_sample_ns: CATHETER.first_sample_ns!,
        frame_rate_mhz: FRAME_RATE_HZ * 1000,
    })
    const receiver = new RunReceiver()
    receiver.push(board.bytes())
    return receiver.description!
}

/** Three frames around a position; of the outer two only the adjacent half is fired. */
function framesAt(zMm: number, source: ReturnType<typeof channelDataSource>): AssembledFrame[] {
    const sampler = new Sampler()
    const periodUs = CATHETER.sample_period_ps! / 1e6
    const firstUs = CATHETER.first_sample_ns! / 1000
    sampler.setGain(
        SAMPLES,
        1000 * periodUs,
        1000 * firstUs,
        Uint16Array.from(tgcOf(CATHETER)),
        tgcStepNs(CATHETER)
    )
    const line = new Float32Array(SAMPLES)
    return [-1, 0, 1].map(index => {
        const codes = new Uint8Array(2 * SAMPLES * PAIRS.length)
        const present = new Uint8Array(PAIRS.length)
        PAIRS.forEach(([tx, rx], i) => {
            const revolutions = index + (i + 0.5) / PAIRS.length - 0.5
            if (Math.abs(revolutions) > 1) return
            source.line(
                zMm + revolutions * FRAME_MM,
                { tx, rx, samplePeriodUs: periodUs, firstSampleUs: firstUs },
                line
            )
            sampler.sampleRf(line, codes, 2 * SAMPLES * i)
            present[i] = 1
        })
        return {
            index: index + 1,
            timeMs: ((index + 1) * 1000) / FRAME_RATE_HZ,
            positionMm: zMm + index * FRAME_MM,
            ...{ codes, present, linesAtSpeed: PAIRS.length },
            ...{ linesPresent: PAIRS.length, tickUs: 0, triggers: [], isImaged: true },
        }
    })
}

/**
 * The blur of the lines that `ivus` makes: theory of src/host/beamform with the elements' own
 * directivity.
 */
const BLUR = {
    pulseMm: axialWidthMm(pulseBandwidthMhz(ARRAY), SOUND_SPEED_M_PER_S),
    lateralRad: lateralWidthRad({
        array: ARRAY,
        settings: {
            apertureElements: 27,
            apodisation: "hann",
            soundSpeedMPerS: SOUND_SPEED_M_PER_S,
        },
        pairs: PAIRS,
        centreFrequencyMhz: ARRAY.centreFrequencyMhz,
        radiusMm: 4,
        elementGain: angle => elementGain(ARRAY, SOUND_SPEED_M_PER_S, 4, angle),
    }),
    sliceMm: SLICE_MM,
    arrayRadiusMm: ARRAY.radiusMm,
    frameMm: FRAME_MM,
}

test("each area is within the bound of blur and motion, the mean within 5 %, and neighbouring frames reduce the error", async () => {
    const vein = generatedVein(SEED, LENGTH_MM)
    const source = channelDataSource(catheterOf("array-20mhz")!, {
        ...{ vesselFile: undefined, echoFile: undefined },
        ...{ seed: SEED, lengthMm: LENGTH_MM },
    })
    const d = description()
    const areaOf = (frames: AssembledFrame[], which: number) => {
        const result = beamformed(d, frames)
        const { geometry } = result
        const frame = result.frames[which]!
        assert.ok(frame.present.every(flag => flag === 1))
        const [border] = findLumenBorders([frame], geometry, noRingDown(geometry))
        return measureLumen(border!.radiusMm).areaMm2
    }
    const errors: number[] = []
    const errorsAlone: number[] = []
    for (const zMm of PLACES_MM) {
        const frames = framesAt(zMm, source)
        const truth = vein.lumenAreaMm2(zMm)
        const error = (await areaOf(frames, 1)) / truth - 1
        const { blur, motion } = areaBound(vein, zMm, BLUR)
        console.log(
            `${zMm} mm, ${truth.toFixed(1)} mm²: ${(100 * error).toFixed(1)} % (theory: -${(100 * (blur + motion)).toFixed(1)} to +${(100 * motion).toFixed(1)} %)`
        )
        assert.ok(error > -blur - motion && error < motion, `${error} at ${zMm} mm`)
        errors.push(error)
        errorsAlone.push((await areaOf([frames[1]!], 0)) / truth - 1)
    }
    const mean = (values: number[]): number =>
        values.reduce((sum, value) => sum + value, 0) / values.length
    const means = `${(100 * mean(errors)).toFixed(1)} %, without neighbours ${(100 * mean(errorsAlone)).toFixed(1)} %`
    console.log(`mean ${means}`)
    // Half of the mean bound of blur (8.9 %), and half a percent by which single speckles change a
    // mean of six.
    assert.ok(Math.abs(mean(errors)) < 0.05, means)
    // 42 % of the lines use pairs from both ends of a frame, which are 0.45 mm apart and do not
    // focus.
    assert.ok(mean(errors) - mean(errorsAlone) > 0.015, means)
})

test.run()
