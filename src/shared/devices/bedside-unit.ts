// Buttons, lamps and display of the bedside unit, for its program and for the virtual board. Wiring: boards/README.md.

/** Buttons in the order of their services on the unit's Jacdac device. */
export const BUTTON_LIVE = 0
export const BUTTON_ARM = 1
/** Starts or stops. */
export const BUTTON_START = 2
export const BUTTON_HOME = 3
export const BUTTON_JOG_DISTAL = 4
export const BUTTON_JOG_PROXIMAL = 5
export const BUTTON_RETURN = 6
export const BUTTON_RELEASE = 7
/** Acknowledges or pauses the sound. */
export const BUTTON_ACK = 8
/** Push of the dial. */
export const BUTTON_DIAL = 9
export const BUTTONS = 10

/** Lamps in the order of their services. */
export const LAMP_POWER = 0
export const LAMP_MOTION = 1
export const LAMP_ULTRASOUND = 2
export const LAMP_ALARM_RED = 3
export const LAMP_ALARM_YELLOW = 4
export const LAMPS = 5

/** Of the display, in pixels. */
export const DISPLAY_WIDTH = 128
export const DISPLAY_HEIGHT = 64
/** I2C address of the display: D/C# (SA0) low. */
export const DISPLAY_ADDRESS = 0x3c
