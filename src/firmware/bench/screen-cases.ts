// The screens of the bedside unit by name: what the unit knows in each, and a caption. Those of the README's gallery.

import * as button from "../../shared/devices/bedside-unit"
import * as machine from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import * as u from "../bedside/unit-state"

export type Show = (
    name: string,
    caption: string,
    change: (unit: u.UnitState) => void,
    now_ms?: number
) => Promise<void>

/** The cart is homed, has catheter and host, and this unit is in control. */
export function readyUnit(unit: u.UnitState, state: number): void {
    unit.cart_is_there = true
    unit.cart_was_there = true
    unit.in_control = true
    const { cart, settings } = unit
    cart.state = state
    cart.control = machine.HOLDER_UNIT
    cart.host_present = true
    cart.homed = true
    cart.start_nm = 2000000
    cart.end_nm = 27000000
    settings.speed_nm_s = 1000000
    settings.length_nm = 25000000
    settings.frame_rate_mhz = 30000
    settings.mode = 1
    settings.length_max_nm = 150000000
    settings.catheter_serial = 4711
    settings.catheter = "array-20mhz"
}

export function pulling(unit: u.UnitState): void {
    readyUnit(unit, machine.STATE_PULLING)
    unit.cart.position_nm = 17400000
    unit.measured_nm_s = 1002000
}

function ringDown(unit: u.UnitState, ring_down: number): void {
    readyUnit(unit, machine.STATE_LIVE)
    unit.row = u.ROW_RING_DOWN
    unit.is_editing = true
    unit.edited = u.RING_DOWN_SHOWS
    unit.cart.ring_down = ring_down
}

function alarmed(unit: u.UnitState, code: number, priority: number): void {
    unit.cart.alarm = code
    unit.cart.sound_priority = priority
}

export async function namedScreens(show: Show): Promise<void> {
    await show("waiting", "Power-on: waiting for the cart", () => {}, 500)
    await show(
        "start",
        "Power-on: the cart is heard",
        unit => {
            readyUnit(unit, machine.STATE_UNHOMED)
        },
        500
    )
    await show("self-test", "The cart tests its parts", unit => {
        readyUnit(unit, machine.STATE_SELF_TEST)
        unit.settings.catheter = ""
    })
    await show("restarted-power", "Restart: power cut while pulling", unit => {
        readyUnit(unit, machine.STATE_UNHOMED)
        unit.cart.restart_cause = 1
        unit.cart.interrupted = machine.STATE_PULLING
    })
    await show("restarted-controller", "Restart: controller", unit => {
        readyUnit(unit, machine.STATE_UNHOMED)
        unit.cart.restart_cause = 2
    })
    await show("restarted-program", "Restart: program, while returning", unit => {
        readyUnit(unit, machine.STATE_UNHOMED)
        unit.cart.restart_cause = 3
        unit.cart.interrupted = machine.STATE_RETURNING
    })
    await show("unhomed", "Not homed", unit => readyUnit(unit, machine.STATE_UNHOMED))
    await show("homing", "Homing: light ground means motion", unit =>
        readyUnit(unit, machine.STATE_HOMING)
    )
    await show("no-catheter", "Catheter missing", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.settings.catheter = ""
        unit.settings.catheter_reason = codes.REFUSED_NO_CATHETER
    })
    await show("unknown-catheter", "Catheter unknown", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.settings.catheter = "special-123456mh"
        unit.settings.catheter_reason = codes.REFUSED_CATHETER_UNKNOWN
    })
    await show("no-host", "No host", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.cart.host_present = false
    })
    await show("calibration-due", "Calibration due: told once", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.cart.calibration_reason = codes.REFUSED_CLOCK
    })
    await show("ready", "Ready: what is set", unit => readyUnit(unit, machine.STATE_READY))
    await show("live", "Live imaging, sled stands", unit => {
        readyUnit(unit, machine.STATE_LIVE)
        unit.cart.position_nm = 2000000
        unit.settings.gain_db = 3
    })
    await show("ring-down-ask", "Ring-down: asks first", unit => {
        readyUnit(unit, machine.STATE_LIVE)
        unit.row = u.ROW_RING_DOWN
        unit.is_editing = true
    })
    await show("ring-down-capturing", "Ring-down: being captured", unit => ringDown(unit, 1))
    await show("ring-down-stored", "Ring-down: stored", unit => ringDown(unit, 2))
    await show("ring-down-failed", "Ring-down: failed", unit => ringDown(unit, 3))
    await show("live-capturing", "Live while ring-down is captured", unit => {
        readyUnit(unit, machine.STATE_LIVE)
        unit.cart.ring_down = machine.RING_DOWN_ASKED
    })
    await show("live-ring-down", "Live with a stored ring-down", unit => {
        readyUnit(unit, machine.STATE_LIVE)
        unit.cart.ring_down = machine.RING_DOWN_STORED
    })
    await show("armed", "Armed: the next press moves", unit => readyUnit(unit, machine.STATE_ARMED))
    await show("pulling", "Pulling: left, speed, bar", pulling)
    await show("pulling-mark", "Pulling: length since the mark", unit => {
        pulling(unit)
        unit.has_mark = true
        unit.mark_nm = 14200000
    })
    await show("pulling-notice", "Pulling: a press that is refused", unit => {
        pulling(unit)
        unit.notice = codes.REFUSED_STATE
    })
    await show("pulling-alarm-low", "Low alarm while pulling", unit => {
        pulling(unit)
        alarmed(unit, codes.EVENT_DRIVER_WARM, 2)
    })
    await show("pulling-alarm-medium", "Medium alarm while pulling", unit => {
        pulling(unit)
        alarmed(unit, codes.FAULT_MOTOR_BUS, 3)
    })
    await show("pulling-alarm-high", "High alarm while pulling", unit => {
        pulling(unit)
        alarmed(unit, codes.FAULT_NO_STOP, 4)
    })
    await show("pulling-seen", "Alarm seen: in the top line only", unit => {
        pulling(unit)
        alarmed(unit, codes.EVENT_DRIVER_WARM, 0)
    })
    await show("pulling-host", "Pulling under the host", unit => {
        pulling(unit)
        unit.in_control = false
        unit.cart.control = machine.HOLDER_HOST
    })
    await show("pulling-button", "Pulling with a bad button", unit => {
        pulling(unit)
        unit.bad_button = button.BUTTON_JOG_DISTAL
        unit.bad_reason = u.BUTTON_STUCK
        unit.is_muted = true
    })
    await show("completed", "Completed: the verdict", unit => {
        readyUnit(unit, machine.STATE_COMPLETED)
        unit.pulled_nm = 25000000
    })
    await show("completed-lost", "Completed with lost lines", unit => {
        readyUnit(unit, machine.STATE_COMPLETED)
        unit.pulled_nm = 25000000
        unit.cart.lines_missing = 1234
    })
    await show("cut-short", "Ended early: never a success", unit => {
        readyUnit(unit, machine.STATE_COMPLETED)
        unit.pulled_nm = 12400000
        unit.cart.outcome = codes.EVENT_STOPPED
    })
    await show("stopped-away", "Return stopped, no pullback before", unit =>
        readyUnit(unit, machine.STATE_COMPLETED)
    )
    await show("returning", "Returning: hold to run", unit => {
        readyUnit(unit, machine.STATE_RETURNING)
        unit.cart.start_nm = 27000000
        unit.cart.end_nm = 2000000
        unit.cart.position_nm = 16200000
    })
    await show("returning-host", "Returning under the host", unit => {
        readyUnit(unit, machine.STATE_RETURNING)
        unit.in_control = false
        unit.cart.control = machine.HOLDER_HOST
        unit.cart.start_nm = 27000000
        unit.cart.end_nm = 2000000
        unit.cart.position_nm = 16200000
        unit.measured_nm_s = 10000000
    })
    await show("jog-proximal", "Jog proximal: hold to move", unit => {
        readyUnit(unit, machine.STATE_JOGGING)
        unit.jog = 1
        unit.measured_nm_s = 998000
        unit.cart.position_nm = 12400000
    })
    await show("jog-distal", "Jog distal", unit => {
        readyUnit(unit, machine.STATE_JOGGING)
        unit.jog = -1
        unit.measured_nm_s = 998000
        unit.cart.position_nm = 12400000
    })
    await show("released", "Sled released", unit => readyUnit(unit, machine.STATE_MANUAL))
    await show("calibrating", "The host calibrates", unit => {
        readyUnit(unit, machine.STATE_CALIBRATING)
        unit.in_control = false
        unit.cart.control = machine.HOLDER_HOST
    })
    await show("e-stop", "Stopped by the e-stop", unit => {
        readyUnit(unit, machine.STATE_STOPPED)
        alarmed(unit, codes.FAULT_ESTOP, 3)
    })
    await show("e-stop-pressed", "ACK while the e-stop is pressed", unit => {
        readyUnit(unit, machine.STATE_STOPPED)
        alarmed(unit, codes.FAULT_ESTOP, 3)
        unit.notice = codes.REFUSED_ESTOP
    })
    await show("fault", "Alarm of high priority", unit => {
        readyUnit(unit, machine.STATE_FAULT)
        alarmed(unit, codes.FAULT_STALL, 4)
    })
    await show("fault-medium", "Alarm of medium priority", unit => {
        readyUnit(unit, machine.STATE_FAULT)
        alarmed(unit, codes.FAULT_CATHETER_UNPLUGGED, 3)
    })
    await show("fault-muted", "Its sound is paused", unit => {
        readyUnit(unit, machine.STATE_FAULT)
        alarmed(unit, codes.FAULT_CATHETER_UNPLUGGED, 0)
        unit.is_muted = true
    })
    await show("fault-cause", "ACK while the cause is there", unit => {
        readyUnit(unit, machine.STATE_FAULT)
        alarmed(unit, codes.FAULT_CATHETER_UNPLUGGED, 3)
        unit.notice = codes.REFUSED_CAUSE
    })
    await show("alarm-low", "Alarm of low priority", unit => {
        readyUnit(unit, machine.STATE_READY)
        alarmed(unit, codes.EVENT_FRAM, 2)
    })
    await show("motor-off", "Motor switched off", unit => {
        readyUnit(unit, machine.STATE_FAULT)
        alarmed(unit, codes.EVENT_MOTOR_OFF, 4)
    })
    await show("refused", "A press that is refused", unit => {
        readyUnit(unit, machine.STATE_LIVE)
        unit.notice = codes.REFUSED_TRAVEL
    })
    await show("not-now", "A press that is not possible now", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.notice = codes.REFUSED_STATE
    })
    await show("arm-held", "START while ARM is held", unit => {
        readyUnit(unit, machine.STATE_ARMED)
        unit.notice = u.NOTICE_ARM_HELD
    })
    await show("two-carts", "A second cart on the cable", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.notice = u.NOTICE_TWO_CARTS
    })
    await show("menu", "Dial menu", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.row = u.ROW_LENGTH
    })
    await show("menu-live", "Dial menu in live", unit => {
        readyUnit(unit, machine.STATE_LIVE)
        unit.row = u.ROW_RING_DOWN
    })
    await show("menu-speed", "Dial: speed", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.row = u.ROW_SPEED
        unit.is_editing = true
        unit.edited = 1000000
    })
    await show("menu-length", "Dial: length", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.row = u.ROW_LENGTH
        unit.is_editing = true
        unit.edited = 25000000
    })
    await show("menu-catheter", "Dial: catheter", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.row = u.ROW_CATHETER
        unit.is_editing = true
    })
    await show("menu-catheter-bad", "Dial: why it cannot be used", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.row = u.ROW_CATHETER
        unit.is_editing = true
        unit.settings.catheter = "special-123456mh"
        unit.settings.catheter_serial = 4294967295
        unit.settings.catheter_reason = codes.REFUSED_CATHETER_UNKNOWN
    })
    await show("menu-mode", "Dial: mode", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.row = u.ROW_MODE
        unit.is_editing = true
        unit.edited = 1
    })
    await show("menu-gain", "Dial: gain", unit => {
        readyUnit(unit, machine.STATE_LIVE)
        unit.row = u.ROW_GAIN
        unit.is_editing = true
        unit.edited = 3
    })
    await show("host-leads", "The host is in control", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.in_control = false
        unit.cart.control = machine.HOLDER_HOST
    })
    await show("unit-leads", "Another unit is in control", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.in_control = false
    })
    await show("button-down", "Button down at power-on", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.bad_button = button.BUTTON_START
        unit.bad_reason = u.BUTTON_DOWN_AT_START
    })
    await show("button-stuck", "Button held over 10 s", unit => {
        readyUnit(unit, machine.STATE_UNHOMED)
        unit.bad_button = button.BUTTON_ARM
        unit.bad_reason = u.BUTTON_STUCK
    })
    await show("button-bounces", "Button bounces", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.bad_button = button.BUTTON_JOG_PROXIMAL
        unit.bad_reason = u.BUTTON_BOUNCES
    })
    await show("no-cart", "The cart is not heard", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.cart_is_there = false
    })
    await show("cart-older", "Program of the cart is older", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.version_reason = codes.REJECT_CART_OLDER
    })
    await show("unit-older", "Program of this unit is older", unit => {
        readyUnit(unit, machine.STATE_READY)
        unit.version_reason = codes.REJECT_UNIT_OLDER
    })
}
