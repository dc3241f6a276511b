// Responsible for: what is told of the limits of element data.
// Not for: whether they are so (hil-tests/imaging/beamform.test.ts, hil-tests/imaging/channel-data-vein.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { PAIRS_NONE, PAIRS_RECIPROCAL_14 } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import { channelDataLimits, channelDataLimitsText } from "./channel-data-limits"

const test = suite("limits of element data, as the summary tells them")

const RUN = {
    catheter: "array-20mhz",
    catheter_radius_um: 300,
    centre_frequency_khz: 20000,
    pair_list: PAIRS_RECIPROCAL_14,
    speed_nm_s: 1_000_000,
    frame_rate_mhz: 2000,
} as Description

test("beam, way in a frame, angle aside", () => {
    const limits = channelDataLimits(RUN)!
    // Measured on points at 4 mm: 9.0 degrees (../beamform/README.md); at 5 mm, and of elements without width, by a few per cent another.
    assert.ok(Math.abs(limits.beamDeg / 9 - 1) < 0.03, `${limits.beamDeg}`)
    assert.is(limits.frameWayMm, 0.5)
    // (0.5 mm / 4) / (2 pi 0.3 mm) = 0.0663 rad
    assert.is(limits.asideDeg, 3.8)
    assert.match(
        channelDataLimitsText(limits),
        / [89](\.\d)?° wide.*moves 0.5 mm.*1 mm in 4 is shown 3.8° aside/
    )
})

test("half the speed, half the way and the angle", () => {
    const limits = channelDataLimits({ ...RUN, speed_nm_s: 500_000 })!
    assert.is(limits.frameWayMm, 0.25)
    assert.is(limits.asideDeg, 1.9)
})

test("A-lines have none of it", () => {
    assert.is(channelDataLimits({ ...RUN, pair_list: PAIRS_NONE }), null)
})

test.run()
