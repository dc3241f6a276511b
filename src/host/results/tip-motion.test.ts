// How far the tip moved beside the sled.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import type { FrameMark } from "../frames/assembled-frame"
import { tipMotionOf, tipMotionText } from "./tip-motion"

const test = suite("tip motion")

const FRAMES = [0, 1, 2, 3].map(second => ({ tickUs: 1e6 * second }) as FrameMark)
const SLED = { name: "", pulses: 0, speedMmPerS: () => 1, positionMm: (us: number) => 5 + us / 1e6 }

test("is counted from the first frame; the worst difference may lie between the ends", () => {
    const lagMm = [1, 1.5, 0.25, 0.75]
    const tip = { sheath: "test", positionMm: (us: number) => 5 + us / 1e6 - lagMm[us / 1e6]! }
    const motion = tipMotionOf({ ...SLED, tip }, FRAMES)!
    assert.equal(motion, { sheath: "test", sledMm: 3, tipMm: 3.25, worstMm: 0.75 })
    assert.match(tipMotionText(motion), "the tip moved 3.25 mm while the sled moved 3.00 mm")
})

test("is left out without a sheath, without instruments and without frames", () => {
    assert.is(tipMotionOf(SLED, FRAMES), undefined)
    assert.is(tipMotionOf(undefined, FRAMES), undefined)
    const tip = { sheath: "test", positionMm: () => 0 }
    assert.is(tipMotionOf({ ...SLED, tip }, []), undefined)
})

test.run()
