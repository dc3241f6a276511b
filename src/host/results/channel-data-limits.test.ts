// The accuracy limits of channel data. Measured: hil-tests/imaging/beamform.test.ts, channel-data-vein.test.ts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { PAIRS_NONE, PAIRS_RECIPROCAL_14 } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import { channelDataLimits, channelDataLimitsText } from "./channel-data-limits"

const test = suite("channel data limits")

const RUN = {
    catheter: "array-20mhz",
    catheter_radius_um: 300,
    centre_frequency_khz: 20000,
    pair_list: PAIRS_RECIPROCAL_14,
    speed_nm_s: 1_000_000,
    frame_rate_mhz: 2000,
} as Description

test("computes beam width, sled motion in a frame and angular error", () => {
    const limits = channelDataLimits(RUN)!
    // Measured on points at 4 mm: 9.0 degrees (../beamform/README.md). At 5 mm, for elements without width, a few per cent differ.
    assert.ok(Math.abs(limits.beamDeg / 9 - 1) < 0.03, `${limits.beamDeg}`)
    assert.is(limits.frameWayMm, 0.5)
    // (0.5 mm / 4) / (2 pi 0.3 mm) = 0.0663 rad
    assert.is(limits.asideDeg, 3.8)
    assert.match(
        channelDataLimitsText(limits),
        / [89](\.\d)?° wide.*moves 0.5 mm.*1 mm in 4 mm is displaced by 3.8°/
    )
})

test("half the speed gives half the motion and error", () => {
    const limits = channelDataLimits({ ...RUN, speed_nm_s: 500_000 })!
    assert.is(limits.frameWayMm, 0.25)
    assert.is(limits.asideDeg, 1.9)
})

test("A-lines have no such limits", () => {
    assert.is(channelDataLimits({ ...RUN, pair_list: PAIRS_NONE }), null)
})

test.run()
