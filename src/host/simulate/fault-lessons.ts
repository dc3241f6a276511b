// The faults that the simulator offers: what each is, what the operator sees of it, and what to do about it.

/** The groups in the order of the page. */
export const LESSON_GROUPS = ["Motion", "Imaging", "Link and unit", "Safety"] as const
export type LessonGroup = (typeof LESSON_GROUPS)[number]

export interface Lesson {
    /** Of a fault of the virtual board (boards/virtual/fault-groups.ts), or one of {@link SIMULATOR_FAULTS}. */
    readonly name: string
    readonly title: string
    readonly subtitle: string
    readonly group: LessonGroup
    /** What the operator sees and hears. */
    readonly see: string
    /** Steps in their order. */
    readonly todo: readonly string[]
}

/** Faults that are not of one device of the virtual board. */
export const SIMULATOR_FAULTS = [
    "unit-unplugged",
    "unit-estop",
    "start-sticks",
    "network-cut",
    "power-cut",
] as const
export type SimulatorFault = (typeof SIMULATOR_FAULTS)[number]

/** The unit's ACK does one thing at a press: the sound is the first. */
const ACK_HOME = [
    "Press ACK for silence, ACK again until NOT HOMED is shown.",
    "Press HOME.",
] as const

/** The first ones of a group are those that occur most often. */
export const FAULT_LESSONS: readonly Lesson[] = [
    {
        name: "stall",
        title: "Catheter is caught",
        subtitle: "the sled is jammed",
        group: "Motion",
        see: "At once: FAULT 108, red lamp, 10 beeps. The sled stands and the picture stops.",
        todo: ["Touch nothing that moves.", "Free the catheter (here: press Undo).", ...ACK_HOME],
    },
    {
        name: "over-temperature-warning",
        title: "Driver gets hot",
        subtitle: "an alarm, and the sled goes on",
        group: "Motion",
        see: "WARM with a yellow lamp, 3 beeps. The sled goes on, and what is left stays in view.",
        todo: [
            "Let the pullback finish.",
            "Wait until the driver is cool (here: press Undo): WARM goes by itself.",
        ],
    },
    {
        name: "over-temperature",
        title: "Driver is too hot",
        subtitle: "it switches its motor stage off",
        group: "Motion",
        see: "FAULT 114, yellow lamp, 3 beeps. The sled stands and the picture stops.",
        todo: [
            "Wait until the driver is cool (here: press Undo).",
            ...ACK_HOME,
            "If it comes again: have the cart checked.",
        ],
    },
    {
        name: "encoder-dead",
        title: "Encoder is dead",
        subtitle: "the measured position stands",
        group: "Motion",
        see: "FAULT 108, red lamp, 10 beeps. The sled stands: it can no longer be checked.",
        todo: ["Check the encoder's cable (here: press Undo).", ...ACK_HOME],
    },
    {
        name: "driver-reset",
        title: "Driver loses power",
        subtitle: "for an instant",
        group: "Motion",
        see: "FAULT 103, yellow lamp, 3 beeps. The sled stands and the picture stops.",
        todo: [...ACK_HOME, "If it comes again: have the supply checked."],
    },
    {
        name: "open-load",
        title: "Motor coil is open",
        subtitle: "half the force",
        group: "Motion",
        see: "COIL with a yellow lamp, 3 beeps. The sled goes on, with half the force.",
        todo: [
            "Let the pullback finish.",
            "Check the motor's cable (here: press Undo).",
            "Press ACK for silence, ACK again to end the alarm.",
        ],
    },
    {
        name: "catheter-out",
        title: "Catheter pulled out",
        subtitle: "of its socket",
        group: "Imaging",
        see: "While it images: FAULT 125, yellow lamp, 3 beeps, and the sled stands. Else: CATHETER?",
        todo: ["Plug it in again (here: press Undo).", ...ACK_HOME, "Press LIVE."],
    },
    {
        name: "engine-reset",
        title: "Front end loses power",
        subtitle: "for an instant",
        group: "Imaging",
        see: "While it images: FAULT 124, yellow lamp, 3 beeps. The sled stands and the picture stops.",
        todo: [...ACK_HOME, "Press LIVE.", "If it comes again: service."],
    },
    {
        name: "spi-bit-errors",
        title: "Data are disturbed",
        subtitle: "one in ten transfers",
        group: "Imaging",
        see: "Nothing on the unit: what was disturbed is read again. The results of the run say how often.",
        todo: ["Let the pullback finish.", "If it comes in each run: have the wiring checked."],
    },
    {
        name: "rotor-stall",
        title: "Drive shaft is caught",
        subtitle: "the transducer does not turn",
        group: "Imaging",
        see: "FAULT 136, red lamp, 10 beeps. The picture stops.",
        todo: ["Straighten the catheter (here: press Undo).", ...ACK_HOME],
    },
    {
        name: "un0rick-unplugged",
        title: "Front end has no cable",
        subtitle: "of its SPI bus",
        group: "Imaging",
        see: "While it images: a fault, red lamp, 10 beeps. The picture stops.",
        todo: ["Plug the cable in (here: press Undo).", ...ACK_HOME],
    },
    {
        name: "unit-unplugged",
        title: "Unit is unplugged",
        subtitle: "its cable is pulled",
        group: "Link and unit",
        see: "The display goes dark. Motor and ultrasound are off, as the e-stop's wires are in the cable too.",
        todo: [
            "Plug the cable in again (here: press Undo).",
            "Read what the display says: E-STOP, though no button is pressed.",
            ...ACK_HOME,
        ],
    },
    {
        name: "network-cut",
        title: "Network is cut",
        subtitle: "the host is gone",
        group: "Link and unit",
        see: "What moves or images stops: FAULT 141, yellow lamp, 3 beeps. ACK alone leads to NO HOST.",
        todo: ["Plug the network in (here: press Undo).", ...ACK_HOME],
    },
    {
        name: "link-drop",
        title: "A packet is lost",
        subtitle: "on the network, once",
        group: "Link and unit",
        see: "Nothing on the unit. The host counts the missing lines.",
        todo: ["Go on. The run says how many lines are missing."],
    },
    {
        name: "start-sticks",
        title: "START sticks",
        subtitle: "the button stays down",
        group: "Link and unit",
        see: "In a pullback the press stops it. After 10 s BUTTON? names the button, which is then ignored.",
        todo: ["Free the button (here: press Undo).", "If it sticks again: change the unit."],
    },
    {
        name: "power-cut",
        title: "Power cut",
        subtitle: "of the cart, for 3 s",
        group: "Link and unit",
        see: "All goes dark and the sled stands. Then RESTARTED says what was interrupted.",
        todo: [
            "Check where the catheter is.",
            "Press ACK, then HOME.",
            "Set speed and length again: the cart has lost them.",
        ],
    },
    {
        name: "estop",
        title: "E-stop at the cart",
        subtitle: "somebody presses it",
        group: "Safety",
        see: "E-STOP on the whole screen, yellow lamp, 3 beeps. Motor and ultrasound are off.",
        todo: ["Make it safe.", "Turn the button out (here: press Undo).", ...ACK_HOME],
    },
    {
        name: "unit-estop",
        title: "E-stop at the unit",
        subtitle: "the red button",
        group: "Safety",
        see: "E-STOP on the whole screen, yellow lamp, 3 beeps. Motor and ultrasound are off.",
        todo: ["Make it safe.", "Turn the button out.", ...ACK_HOME],
    },
    {
        name: "estop-wire",
        title: "E-stop wire is cut",
        subtitle: "the chain is open",
        group: "Safety",
        see: "E-STOP, though no button is pressed. Motor and ultrasound are off.",
        todo: [
            "Look at both buttons: none is in.",
            "Have the wire repaired (here: press Undo).",
            ...ACK_HOME,
        ],
    },
    {
        name: "sense-low",
        title: "Safety circuit fails",
        subtitle: "its signal stays low",
        group: "Safety",
        see: "E-STOP, though no button is pressed: the circuit is taken at its word.",
        todo: ["Have the cart repaired (here: press Undo).", ...ACK_HOME],
    },
]
