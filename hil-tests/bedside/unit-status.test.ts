// What the unit makes of the cart's packets: fields, versions, measured speed, distance; and its count of its own packets.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import {
    endMute,
    keepSetting,
    noteMuted,
    stepMute,
    takeSettings,
    takeStatus,
} from "../../src/firmware/bedside/cart-status"
import { countPacket, packetsLeft } from "../../src/firmware/bedside/packet-budget"
import {
    newUnitState,
    SET_GAIN,
    SET_LENGTH,
    SET_MODE,
    SET_SPEED,
    type UnitState,
} from "../../src/firmware/bedside/unit-state"
import { PAUSE_MS } from "../../src/shared/alarms"
import * as machine from "../../src/shared/cart-machine"
import { REJECT_CART_OLDER, REJECT_UNIT_OLDER } from "../../src/shared/codes"
import { CONTRACT_VERSION } from "../../src/shared/versions"

const test = suite("status in the unit")

interface Told {
    readonly state?: number
    readonly positionNm?: number
    readonly timeMs?: number
    readonly alarm?: number
    readonly sound?: number
    readonly version?: number
    readonly ringDown?: number
}

/** The register `status` of pullback-cart, byte for byte after services/golden.txt. */
function statusPacket(told: Told): Buffer {
    const bytes = Buffer.alloc(60)
    bytes[0] = told.state ?? machine.STATE_READY
    bytes[1] = machine.HOLDER_UNIT
    bytes.writeUInt16LE(told.alarm ?? 0, 2)
    bytes.writeUInt32LE(0x80000021, 4)
    bytes.writeInt32LE(told.positionNm ?? -5, 8)
    bytes.writeInt32LE(1_000_000, 12)
    bytes.writeUInt16LE(told.version ?? CONTRACT_VERSION, 28)
    bytes.writeUInt16LE(told.sound ?? 0, 30)
    bytes.writeUInt32LE(0xbed51d01, 32)
    bytes.writeUInt32LE(told.timeMs ?? 0, 36)
    bytes.writeInt32LE(2_000_000, 40)
    bytes.writeInt32LE(12_000_000, 44)
    bytes.writeUInt32LE(7, 48)
    bytes.writeUInt16LE(309, 52)
    bytes.set([2, machine.STATE_PULLING], 54)
    bytes.writeUInt16LE(213, 56)
    bytes.set([told.ringDown ?? machine.RING_DOWN_FAILED, 2], 58)
    return bytes
}

const take = (unit: UnitState, told: Told, nowMs = 0): boolean =>
    takeStatus(unit, statusPacket(told), nowMs)

test("reads every field of the status", () => {
    const unit = newUnitState()
    assert.ok(take(unit, { timeMs: 4_000_000_000 }))
    const { cart } = unit
    assert.is(cart.possible_commands, 0x80000021)
    assert.is(cart.position_nm, -5)
    assert.is(cart.device, 0xbed51d01)
    assert.is(cart.time_ms, 4_000_000_000)
    assert.is(cart.end_nm, 12_000_000)
    assert.is(cart.lines_missing, 7)
    assert.is(cart.outcome, 309)
    assert.is(cart.restart_cause, 2)
    assert.is(cart.interrupted, machine.STATE_PULLING)
    assert.is(cart.calibration_reason, 213)
    assert.is(cart.ring_down, 3)
    assert.is(cart.host_present, false)
    assert.is(cart.homed, true)
})

test("a ring-down that the host does not answer within 30 s has failed", () => {
    const unit = newUnitState()
    take(unit, { ringDown: machine.RING_DOWN_NONE })
    for (const [nowMs, expected] of [
        [10_000, machine.RING_DOWN_ASKED],
        [29_900, machine.RING_DOWN_ASKED],
        [30_100, machine.RING_DOWN_FAILED],
    ] as const) {
        take(unit, { ringDown: machine.RING_DOWN_ASKED }, nowMs)
        assert.is(unit.cart.ring_down, expected)
    }
    take(unit, { ringDown: machine.RING_DOWN_STORED }, 30_200)
    assert.is(unit.cart.ring_down, machine.RING_DOWN_STORED)
})

test("an accepted setting is shown before the cart tells it", () => {
    const unit = newUnitState()
    for (const [code, value] of [
        [SET_SPEED, 2_000_000],
        [SET_LENGTH, 30_000_000],
        [SET_MODE, 4],
        [SET_GAIN, -3],
    ] as const)
        keepSetting(unit, code, value)
    const { speed_nm_s, length_nm, mode, gain_db } = unit.settings
    assert.equal([speed_nm_s, length_nm, mode, gain_db], [2_000_000, 30_000_000, 4, -3])
})

test("the sound of a lost cart is paused for two minutes, and not by a pause before it", () => {
    const unit = newUnitState()
    noteMuted(unit, 500_000)
    endMute(unit)
    assert.not.ok(unit.is_muted)
    noteMuted(unit, 501_000)
    stepMute(unit, 501_000 + PAUSE_MS)
    assert.ok(unit.is_muted)
    stepMute(unit, 501_001 + PAUSE_MS)
    assert.not.ok(unit.is_muted)
})

test("takes nothing but the reason from a cart of another version", () => {
    const unit = newUnitState()
    assert.not.ok(take(unit, { version: CONTRACT_VERSION + 1, state: machine.STATE_PULLING }))
    assert.is(unit.version_reason, REJECT_UNIT_OLDER)
    assert.is(unit.cart.state, machine.STATE_BOOT)
    assert.not.ok(take(unit, { version: CONTRACT_VERSION - 1 }))
    assert.is(unit.version_reason, REJECT_CART_OLDER)
    assert.not.ok(takeStatus(unit, Buffer.alloc(12), 0))
    assert.is(unit.version_reason, REJECT_CART_OLDER)
    assert.ok(take(unit, {}))
    assert.is(unit.version_reason, 0)
})

test("measures the speed from positions and times of the last second", () => {
    const unit = newUnitState()
    const state = machine.STATE_PULLING
    for (let i = 0; i <= 30; i++)
        // Faster at first: that is forgotten after a second.
        take(unit, { state, timeMs: 1000 + 100 * i, positionNm: 50_000 * i + (i < 10 ? 0 : 9e5) })
    // 50 um in 100 ms.
    assert.is(unit.measured_nm_s, 500_000)
    take(unit, { state: machine.STATE_COMPLETED, timeMs: 4200 })
    assert.is(unit.measured_nm_s, 0)
})

test("the distance of a run is what lies in the imaged window", () => {
    const unit = newUnitState()
    const state = machine.STATE_PULLING
    take(unit, { state, positionNm: 1_900_000 })
    assert.is(unit.pulled_nm, 0)
    take(unit, { state, positionNm: 6_500_000 })
    assert.is(unit.pulled_nm, 4_500_000)
    take(unit, { state: machine.STATE_COMPLETED, positionNm: 12_300_000 })
    assert.is(unit.pulled_nm, 10_000_000)
    take(unit, { state: machine.STATE_RETURNING, positionNm: 5_000_000 })
    assert.is(unit.pulled_nm, 10_000_000)
    // Of a return that is stopped, there is no run to tell of.
    take(unit, { state: machine.STATE_READY, positionNm: 2_000_000 })
    take(unit, { state: machine.STATE_COMPLETED, positionNm: 2_000_000 })
    assert.is(unit.pulled_nm, -1)
})

test("a restarted cart tells its reasons again, and a new pullback has no mark", () => {
    const unit = newUnitState()
    take(unit, { timeMs: 90_000 })
    unit.restart_seen = unit.calibration_seen = unit.has_mark = true
    take(unit, { timeMs: 91_000 })
    assert.ok(unit.restart_seen && unit.has_mark)
    take(unit, { timeMs: 300 })
    assert.not.ok(unit.restart_seen || unit.calibration_seen)
    take(unit, { timeMs: 400, state: machine.STATE_PULLING })
    assert.not.ok(unit.has_mark)
})

test("the sound is paused until it is on again or the alarm is over", () => {
    const unit = newUnitState()
    take(unit, { alarm: 108, sound: 4 }, 1000)
    noteMuted(unit, 1000)
    // Told before the cart paused it.
    take(unit, { alarm: 108, sound: 4 }, 1020)
    assert.ok(unit.is_muted)
    take(unit, { alarm: 108, sound: 0 }, 1200)
    assert.ok(unit.is_muted)
    take(unit, { alarm: 108, sound: 4 }, 120_000)
    assert.not.ok(unit.is_muted)
})

test("reads the settings with the name of the catheter at their end", () => {
    const unit = newUnitState()
    const bytes = Buffer.alloc(32 + 11)
    bytes.writeUInt32LE(2_500_000, 0)
    bytes.writeUInt32LE(150_000_000, 20)
    bytes.writeInt32LE(-6, 28)
    bytes.write("array-20mhz", 32)
    takeSettings(unit, bytes)
    assert.is(unit.settings.speed_nm_s, 2_500_000)
    assert.is(unit.settings.length_max_nm, 150_000_000)
    assert.is(unit.settings.gain_db, -6)
    assert.is(unit.settings.catheter, "array-20mhz")
    takeSettings(unit, bytes.subarray(0, 20))
    assert.is(unit.settings.catheter, "array-20mhz")
})

/**
 * The runtime's own rule (throttle_send_pkt in jdiface.c of DeviceScript): a packet is sent at once, or waits until this time.
 */
class Throttle {
    private usedMs = 0

    waitMs(nowMs: number): number {
        this.usedMs = Math.max(this.usedMs, nowMs - 100) + 20
        return Math.max(0, this.usedMs - nowMs)
    }
}

test("counts its packets as the runtime does: what is left is sent at once", () => {
    const runtime = new Throttle()
    let nowMs = 5000
    let seed = 1
    for (let i = 0; i < 2000; i++) {
        seed = (seed * 16807) % 2147483647
        nowMs += seed % 40
        if (packetsLeft(nowMs) < 1) continue
        countPacket(nowMs)
        assert.is(runtime.waitMs(nowMs), 0, `at ${nowMs} ms`)
    }
    assert.is(packetsLeft(nowMs + 200), 5)
})

test.run()
