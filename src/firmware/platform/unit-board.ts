// Buttons, dial, buzzer and lamps of the bedside unit as Jacdac roles; on hardware each has a native server of its pin.
//
// Their order and number are those of src/shared/devices/bedside-unit.ts. On hardware a role is bound by its name
// (button_3[int:3]); in the VM without hardware all are bound in the order of their names, to the virtual panel.

import * as ds from "@devicescript/core"
import { pins } from "@dsboard/ivus_bedside_s3"
import { startButton, startBuzzer, startLightBulb, startRotaryEncoder } from "@devicescript/servers"

/** Of the dial, per turn. */
const CLICKS_PER_TURN = 24

export interface UnitBoard {
    /** By their number, BUTTON_. */
    buttons: ds.Button[]
    dial: ds.RotaryEncoder
    buzzer: ds.Buzzer
    /** By their number, LAMP_. */
    lamps: ds.LightBulb[]
}

/** To be called once. */
export function openUnitBoard(): UnitBoard {
    return {
        buttons: [
            startButton({ pin: pins.BTN_LIVE }),
            startButton({ pin: pins.BTN_ARM }),
            startButton({ pin: pins.BTN_START }),
            startButton({ pin: pins.BTN_HOME }),
            startButton({ pin: pins.BTN_JOG_DISTAL }),
            startButton({ pin: pins.BTN_JOG_PROXIMAL }),
            startButton({ pin: pins.BTN_RETURN }),
            startButton({ pin: pins.BTN_RELEASE }),
            startButton({ pin: pins.BTN_ACK }),
            startButton({ pin: pins.BTN_DIAL }),
        ],
        dial: startRotaryEncoder({
            pin0: pins.DIAL_A,
            pin1: pins.DIAL_B,
            clicksPerTurn: CLICKS_PER_TURN,
        }),
        buzzer: startBuzzer({ pin: pins.BUZZER }),
        lamps: [
            startLightBulb({ pin: pins.LAMP_POWER }),
            startLightBulb({ pin: pins.LAMP_MOTION }),
            startLightBulb({ pin: pins.LAMP_ULTRASOUND }),
            startLightBulb({ pin: pins.LAMP_RED }),
            startLightBulb({ pin: pins.LAMP_YELLOW }),
        ],
    }
}
