// The parts of the modelled sled with the figures of their data sheets, and what follows from them at the nut.
// The table "Parts of the sled" in boards/README.md names the source of each figure; "assumed" means that none was found.

/**
 * Motor SY20STH30-0604A (NEMA 8, 200 steps), Changzhou Songyang data sheet. Assumed: the periodic part of the
 * detent torque, 2.5 % of the holding torque. The sheet leaves the field empty; it is a requirement on the motor (README.md,
 * "Detent"). The sheet gives current per phase with both phases on, which is the RMS current in
 * microstepping.
 */
const MOTOR = {
    stepsPerRevolution: 200,
    holdingTorqueNm: 17.65e-3,
    ratedCurrentA: 0.6,
    rotorInertiaKgM2: 2.0e-7,
    detentTorqueNm: 0.45e-3,
    resistanceOhm: 6.5,
    inductanceH: 1.7e-3,
} as const

/**
 * Ball screw DINGS CBG0601, C5, axial clearance T (at most 5 um). Assumed: drag torque of nut, grease and support bearing, rigidity
 * of nut and bearing, efficiency (90 % is usual for ball screws), length of shaft.
 */
const SCREW = {
    leadMm: 1,
    diameterM: 6e-3,
    coreDiameterM: 5.2e-3,
    lengthM: 0.2,
    /** Variation over one revolution in grade C5 of JIS B 1192, in um. */
    variationUmPp: 8,
    clearanceUm: 5,
    efficiency: 0.9,
    dragTorqueNm: 0.5e-3,
    dynamicLoadN: 680,
    /** Rigidity of the nut at 30 % of its dynamic load rating, and of the bearing, in N per um. */
    nutNPerUm: 30,
    bearingNPerUm: 10,
} as const

/** Coupling between motor and screw: assumed. */
const COUPLING_INERTIA_KG_M2 = 0.5e-7

/**
 * Guide: one rail with two ball carriages of size 7 with end seals. Friction is F = u W + S of the guide catalogues; u 0.003
 * (Thomson: 0.002 to 0.003 for balls). Assumed: seal resistance and moving mass.
 */
const GUIDE = {
    movingMassKg: 0.4,
    frictionCoefficient: 0.003,
    sealN: 0.4,
    carriages: 2,
} as const

/**
 * TMC5160 with 0.22 ohm: data sheet, chapter 9 (full scale 0.325 V at the sense resistor; 0.22 ohm is for 1.1 A RMS).
 * Supply: boards/README.md.
 */
const DRIVER = { fullScaleV: 0.325, senseOhm: 0.22, supplyV: 24 } as const

const STEEL = { kgPerM3: 7850, nPerM2: 206e9 } as const
const GRAVITY = 9.81
/** Force at which the nut's rigidity is taken: friction of the sled and a little more. */
const WORKING_FORCE_N = 3
/** Distance between bearing and nut at mid travel. */
const FREE_LENGTH_M = 0.1

const RADIANS_PER_M = (2 * Math.PI) / (SCREW.leadMm * 1e-3)

/** RMS coil current at GLOBALSCALER 256 and IRUN 31: VFS / RSENSE / sqrt(2). */
export const FULL_SCALE_CURRENT_A = DRIVER.fullScaleV / DRIVER.senseOhm / Math.SQRT2
export const RATED_CURRENT_A = MOTOR.ratedCurrentA

/** Pull-out force at the nut at the driver's full scale; at the rated current it is `RATED_CURRENT_A / FULL_SCALE_CURRENT_A` of it. */
export const FULL_SCALE_FORCE_N =
    MOTOR.holdingTorqueNm *
    (FULL_SCALE_CURRENT_A / MOTOR.ratedCurrentA) *
    RADIANS_PER_M *
    SCREW.efficiency

/** Moment of inertia of a steel cylinder about its axis. */
const cylinderKgM2 = (diameterM: number, lengthM: number): number =>
    (Math.PI / 32) * STEEL.kgPerM3 * lengthM * diameterM ** 4

/** Rotor, screw and coupling as a mass at the nut: J (2 pi / lead)^2. */
export const REFLECTED_MASS_KG =
    (MOTOR.rotorInertiaKgM2 +
        cylinderKgM2(SCREW.diameterM, SCREW.lengthM) +
        COUPLING_INERTIA_KG_M2) *
    RADIANS_PER_M ** 2

export const DETENT_FORCE_N = MOTOR.detentTorqueNm * RADIANS_PER_M
export const DRAG_FORCE_N = SCREW.dragTorqueNm * RADIANS_PER_M

/** Shaft E A / L, nut and bearing in series. The nut softens with the cube root of the load (ball screw catalogues). */
const shaftNPerUm = (STEEL.nPerM2 * (Math.PI / 4) * SCREW.coreDiameterM ** 2 * 1e-6) / FREE_LENGTH_M
const nutNPerUm = 0.8 * SCREW.nutNPerUm * Math.cbrt(WORKING_FORCE_N / (0.3 * SCREW.dynamicLoadN))
export const STIFFNESS_N_PER_UM = 1 / (1 / shaftNPerUm + 1 / nutNPerUm + 1 / SCREW.bearingNPerUm)

export const GUIDE_FRICTION_N =
    GUIDE.frictionCoefficient * GUIDE.movingMassKg * GRAVITY + GUIDE.carriages * GUIDE.sealN
export const MOVING_MASS_KG = GUIDE.movingMassKg

export const LEAD_MM = SCREW.leadMm
export const SCREW_ERROR_UM_PP = SCREW.variationUmPp
export const BACKLASH_UM = SCREW.clearanceUm
export const STEPS_PER_REVOLUTION = MOTOR.stepsPerRevolution

/** Back EMF of a coil (peak) per rad/s: holding torque over the peak current of both coils in quadrature. */
const EMF_V_S = MOTOR.holdingTorqueNm / (Math.SQRT2 * MOTOR.ratedCurrentA)
const PERIODS = MOTOR.stepsPerRevolution / 4
/**
 * Speed at the nut, in m/s, at which reactance and back EMF at the rated current need the whole supply voltage. Near it the
 * pull-out force falls.
 */
export const CORNER_SPEED_M_S =
    DRIVER.supplyV /
    (EMF_V_S + Math.SQRT2 * MOTOR.ratedCurrentA * MOTOR.inductanceH * PERIODS) /
    RADIANS_PER_M
