// Public types of the virtual sled: options, bus and encoder interfaces, edges, errors.

/**
 * A device on the SPI bus, one call per chip-select period.
 * `mosi` and the returned `miso` have the same length. `timeUs` is the falling edge of chip select in
 * microseconds of virtual time; it may be fractional and must not run backwards (an earlier time is
 * treated as the present, since the physics cannot be undone).
 */
export interface SpiDevice {
    transfer(mosi: Uint8Array, timeUs: number): Uint8Array
}

/** A further counter on the encoder's quadrature signals, e.g. in the line engine. */
export interface QuadratureListener {
    /** `deltaCounts` is signed; called at each change, in chronological order. */
    onCounts(deltaCounts: number, timeUs: number): void
}

/** Mechanics of the sled; every field has a default, see `sled-options.ts`. */
export interface SledOptions {
    /** Sled position at power-on in mm, 0 = edge of the home switch; default drawn from the seed in 5..20 mm. */
    startPositionMm: number
    /** Screw lead in mm per revolution. */
    leadMm: number
    /** Periodic screw error, peak to peak, in um. */
    screwErrorUmPp: number
    /** Linear screw error in um per metre of travel. */
    screwLinearUmPerM: number
    /** Backlash between screw and nut in um. */
    backlashUm: number
    /** Moving mass of the sled in kg. */
    sledMassKg: number
    /** Rotor and screw inertia, reflected to the nut, in kg. */
    rotorMassKg: number
    /** Force needed to start the sled, in N. */
    stictionN: number
    /** Friction of the moving sled as a fraction of `stictionN`, 0..1. */
    slidingFraction: number
    /** Random variation of each break-away, 0..1 (0.3 = ±30 %). */
    stictionVariation: number
    /** Friction of the screw and rotor, as a force at the nut, in N. */
    rotorFrictionN: number
    /** Detent torque of the motor as a force at the nut: amplitude over each full step, also without current, in N. */
    detentN: number
    /** Viscous friction of the sled in N per m/s. */
    viscousNsPerM: number
    /** Stiffness of nut and screw in N per um. */
    stiffnessNPerUm: number
    /** Pull-out force of the motor at the nut at the driver's full scale (CS = 31, GLOBALSCALER = 256), in N. */
    motorForceN: number
    /** Right end switch in mm (the left one is the origin). */
    rightSwitchMm: number
    /** Mechanical ends in mm. */
    leftStopMm: number
    rightStopMm: number
    /** Integration step in us. */
    stepUs: number
}

/** The encoder of the sled. */
export interface EncoderOptions {
    /** Travel per quadrature count in um. */
    resolutionUm: number
    /** Position of the index mark (N channel) in mm; one count wide. */
    indexPositionMm: number
}

/** Options of the rig; only the seed is required. */
export interface SledRigOptions {
    /** Equal seeds reproduce a run bit for bit. */
    seed: number
    /** True clock of the chip in Hz, default 12,000,000; tests pass an error here. */
    fclkHz?: number
    sled?: Partial<SledOptions>
    encoder?: Partial<EncoderOptions>
    /** Level of DRV_ENN at power-on; default true = disabled. */
    disabledAtStart?: boolean
}

/** Signals in the edge log. */
export type EdgeSignal =
    | "drv-enn"
    | "power-stage"
    | "ramp-moving"
    | "left-switch"
    | "right-switch"
    | "safe"
    | "estop-chain"

/** One edge: `level` true means DRV_ENN high, stage on, ramp moving, switch input high (reached), SAFE high, e-stop chain closed. */
export interface Edge {
    timeUs: number
    signal: EdgeSignal
    level: boolean
}

/** Error codes of this folder. */
export type SledErrorCode =
    "bad-option" | "unknown-fault" | "bad-fault-value" | "bad-time" | "out-of-log"

export class SledError extends Error {
    readonly code: SledErrorCode
    constructor(code: SledErrorCode, message: string) {
        super(message)
        this.name = "SledError"
        this.code = code
    }
}
