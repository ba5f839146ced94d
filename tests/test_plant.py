"""The plant against MuJoCo, against conservation laws and against numbers worked out by hand."""

import math

import mujoco
import numpy as np
import pytest

from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.maths.estimator import VelocityFilter
from furutalib.maths.plant import advance, advance_one, new_state, place
from furutalib.maths.plant_parameters import LONGEST_STEP_S, P, S, filter_cutoff, pack

COURSE = load_robot("course")
FINE = 5000.0  # a control rate at which the motion between two samples is nearly straight


def drive(robot, fidelity, commands, start=(0.0, 0.3, 0.0, 0.0), step_s=LONGEST_STEP_S):
    """States after every control period, shape (T, state size)."""
    parameters, state = pack(robot, fidelity, step_s), new_state(1)[0]
    place(parameters, state, *start)
    states = []
    for command in commands:
        advance_one(parameters, state, command)
        states.append(state.copy())
    return np.array(states)


def random_commands(rng, periods, hold=5):
    return np.repeat(rng.uniform(-1.0, 1.0, periods // hold), hold)


def varied(robot, rng, spread=0.3):
    keys = [
        "arm.length_m", "arm.mass_kg", "arm.center_of_mass_m", "arm.inertia_kg_m2",
        "arm.viscous_nm_s", "pendulum.mass_kg", "pendulum.center_of_mass_m",
        "pendulum.inertia_axial_kg_m2", "pendulum.inertia_transverse_kg_m2",
        "pendulum.viscous_nm_s", "motor.resistance_ohm", "motor.torque_constant_nm_a",
        "motor.back_emf_constant_v_s", "motor.rotor_inertia_kg_m2",
    ]  # fmt: skip
    values = robot.to_dict()
    changes = {}
    for key in keys:
        table, name = key.split(".")
        changes[key] = values[table][name] * rng.uniform(1.0 - spread, 1.0 + spread)
    return robot.with_values(changes)


# ------------------------------------------------------------------------------------- MuJoCo


def mujoco_model(robot: RobotDescription) -> mujoco.MjModel:
    """The same robot, written in MuJoCo's own terms from the description alone."""
    arm, pendulum, motor = robot.arm, robot.pendulum, robot.motor
    per_volt = motor.torque_constant_nm_a / motor.resistance_ohm
    damping = arm.viscous_nm_s + per_volt * motor.back_emf_constant_v_s
    inertia = arm.inertia_kg_m2
    across, along = pendulum.inertia_transverse_kg_m2, pendulum.inertia_axial_kg_m2
    xml = f"""
    <mujoco>
      <option integrator="RK4" timestep="{LONGEST_STEP_S}" gravity="0 0 -{robot.gravity_m_s2}">
        <flag contact="disable" constraint="disable"/>
      </option>
      <worldbody>
        <body>
          <joint name="arm" type="hinge" axis="0 0 1" damping="{damping!r}"
                 armature="{motor.rotor_inertia_kg_m2 * motor.gear_ratio**2!r}"/>
          <inertial pos="{arm.center_of_mass_m!r} 0 0" mass="{arm.mass_kg!r}"
                    diaginertia="{inertia!r} {inertia!r} {inertia!r}"/>
          <body pos="{arm.length_m!r} 0 0">
            <joint name="pendulum" type="hinge" axis="1 0 0" damping="{pendulum.viscous_nm_s!r}"/>
            <inertial pos="0 0 -{pendulum.center_of_mass_m!r}" mass="{pendulum.mass_kg!r}"
                      diaginertia="{across!r} {across!r} {along!r}"/>
          </body>
        </body>
      </worldbody>
      <actuator>
        <motor joint="arm" gear="{per_volt * robot.supply.voltage_v!r}"/>
      </actuator>
    </mujoco>"""
    return mujoco.MjModel.from_xml_string(xml)


def mujoco_run(robot, commands, start):
    model = mujoco_model(robot)
    data = mujoco.MjData(model)
    data.qpos[:], data.qvel[:] = start[:2], start[2:]
    steps = round(1.0 / robot.control.rate_hz / LONGEST_STEP_S)
    angles = []
    for command in commands:
        data.ctrl[0] = command
        for _ in range(steps):
            mujoco.mj_step(model, data)
        angles.append(data.qpos.copy())
    return np.array(angles)


def test_agrees_with_mujoco_on_twenty_robots_from_twenty_starts_each():
    rng = np.random.default_rng(1)
    worst = []
    for _ in range(20):
        robot = varied(COURSE, rng)
        for _ in range(20):
            start = (rng.uniform(-1, 1), *rng.uniform(-math.pi, math.pi, 1), *rng.normal(0, 3, 2))
            commands = random_commands(rng, 100)
            ours = drive(robot, "viscous", commands, start)[:, : S.ALPHA + 1]
            worst.append(np.abs(ours - mujoco_run(robot, commands, start)).max())
    assert np.quantile(worst, 0.99) < 1e-8
    assert max(worst) < 1e-5


def test_the_comparison_with_mujoco_would_notice_a_small_mistake():
    rng = np.random.default_rng(2)
    wrong = COURSE.with_values({"arm.inertia_kg_m2": COURSE.arm.inertia_kg_m2 * 1.001})
    commands, start = random_commands(rng, 100), (0.0, 2.0, 0.0, 0.0)
    ours = drive(wrong, "viscous", commands, start)[:, : S.ALPHA + 1]
    assert np.abs(ours - mujoco_run(COURSE, commands, start)).max() > 1e-5


# ------------------------------------------------------------------------- energy and power


def energy(robot, state):
    """Kinetic and potential energy in joules, from Cartesian velocities of the description."""
    arm, pendulum, motor = robot.arm, robot.pendulum, robot.motor
    alpha, w1, w2 = state[S.ALPHA], state[S.THETA_SPEED], state[S.ALPHA_SPEED]
    reach = pendulum.center_of_mass_m
    # velocity of the pendulum's centre: along the arm, across it, upwards
    along = -w1 * reach * math.sin(alpha)
    across = w1 * arm.length_m + w2 * reach * math.cos(alpha)
    upwards = w2 * reach * math.sin(alpha)
    spin = (
        pendulum.inertia_transverse_kg_m2 * (w2**2 + (w1 * math.sin(alpha)) ** 2)
        + pendulum.inertia_axial_kg_m2 * (w1 * math.cos(alpha)) ** 2
    )
    turning = (
        arm.inertia_kg_m2
        + arm.mass_kg * arm.center_of_mass_m**2
        + motor.rotor_inertia_kg_m2 * motor.gear_ratio**2
    ) * w1**2
    moving = pendulum.mass_kg * (along**2 + across**2 + upwards**2)
    height = -pendulum.mass_kg * robot.gravity_m_s2 * reach * math.cos(alpha)
    return 0.5 * (spin + turning + moving) + height


def test_energy_is_kept_without_friction_and_drive():
    # a motor that neither drives nor brakes: no torque per ampere
    free = COURSE.with_values({"motor.torque_constant_nm_a": 1e-300})
    rng = np.random.default_rng(3)
    for _ in range(5):
        start = (0.0, rng.uniform(1.0, math.pi), *rng.normal(0, 3, 2))
        states = drive(free, "ideal", np.zeros(500), start)
        energies = np.array([energy(free, state) for state in states])
        bottom = -free.pendulum.mass_kg * free.gravity_m_s2 * free.pendulum.center_of_mass_m
        assert np.abs(energies - energies[0]).max() / (energies[0] - bottom) < 1e-6


def test_power_balance_with_motor_and_friction():
    robot = COURSE.with_values({"control.rate_hz": FINE})
    commands = np.repeat(np.random.default_rng(4).uniform(-1, 1, 20), 500)
    states = drive(robot, "viscous+coulomb+current_rise+supply_sag", commands)
    w1, w2 = states[:, S.THETA_SPEED], states[:, S.ALPHA_SPEED]
    given = robot.motor.torque_constant_nm_a * states[:, S.CURRENT] * w1
    lost = (
        robot.arm.viscous_nm_s * w1**2
        + robot.pendulum.viscous_nm_s * w2**2
        + robot.motor.coulomb_nm * np.abs(w1)
        + robot.pendulum.coulomb_nm * np.abs(w2)
    )
    work = np.trapezoid(given - lost, dx=1.0 / FINE)
    gained = energy(robot, states[-1]) - energy(robot, states[0])
    assert work == pytest.approx(gained, abs=2e-3 * np.trapezoid(np.abs(given), dx=1.0 / FINE))
    assert np.trapezoid(lost, dx=1.0 / FINE) > 0.05 * np.trapezoid(np.abs(given), dx=1.0 / FINE)


# ------------------------------------------------------------------------------ each effect


def measured_run(fidelity):
    """What a robot of this fidelity reports on a fixed open-loop run: angles and speeds."""
    strong = random_commands(np.random.default_rng(5), 50)
    # gentle commands at the end: there the arm stops, and has to break away again
    gentle = np.repeat([0.0, 0.15, -0.15, 0.18, 0.0, 0.2], 10)
    states = drive(COURSE, fidelity, [*strong, *gentle])
    angles = states[:, [S.ARM_MEASURED, S.PENDULUM_MEASURED]]
    speed = VelocityFilter(1.0 / COURSE.control.rate_hz, filter_cutoff(COURSE, fidelity))
    speed.reset(np.array([0.0, 0.3]))
    return np.hstack([angles, [speed.update(pair) for pair in angles]])


@pytest.mark.parametrize("effect", EFFECTS)
def test_each_effect_alone_changes_a_fixed_run(effect):
    assert np.abs(measured_run(effect) - measured_run("ideal")).max() > 1e-3


@pytest.mark.parametrize("effect", EFFECTS)
def test_each_effect_can_be_left_out_of_the_full_plant(effect):
    assert np.abs(measured_run(f"full-{effect}") - measured_run("full")).max() > 1e-3


@pytest.mark.parametrize("fidelity", ["ideal", "full", "coulomb+stiction", "backlash"])
def test_the_step_is_short_enough_for_what_the_encoders_can_see(fidelity):
    rng = np.random.default_rng(6)
    errors = []
    for _ in range(20):
        commands = random_commands(rng, 25)
        shipped = drive(COURSE, fidelity, commands)
        fine = drive(COURSE, fidelity, commands, step_s=LONGEST_STEP_S / 32)
        errors.append(np.abs(shipped - fine)[-1, [S.THETA, S.ALPHA]])
    arm, pendulum = np.median(errors, axis=0)
    assert arm < 0.5 * 2 * math.pi / COURSE.sensors.arm_counts_per_turn
    assert pendulum < 2 * math.pi / COURSE.sensors.pendulum_counts_per_turn


def test_a_shorter_step_makes_the_error_smaller():
    rng = np.random.default_rng(7)
    errors = []
    for _ in range(15):
        commands = random_commands(rng, 25)
        fine = drive(COURSE, "full", commands, step_s=LONGEST_STEP_S / 64)[-1, :2]
        for step_s in (4 * LONGEST_STEP_S, LONGEST_STEP_S, LONGEST_STEP_S / 4):
            run = drive(COURSE, "full", commands, step_s=step_s)[-1, :2]
            errors.append(np.abs(run - fine).max())
    coarse, shipped, short = np.median(np.reshape(errors, (15, 3)), axis=0)
    assert coarse > 4 * shipped > 16 * short


def test_an_arm_at_rest_under_a_small_torque_does_not_creep():
    stall_nm = COURSE.motor.torque_constant_nm_a * 12.0 / COURSE.motor.resistance_ohm
    below = 0.99 * COURSE.motor.stiction_nm / stall_nm
    held = drive(COURSE, "coulomb+stiction", [below] * 500, (0.2, 0.0, 0.0, 0.0))
    assert np.all(held[:, S.THETA] == 0.2)
    above = drive(COURSE, "coulomb+stiction", [1.02 * below / 0.99] * 5, (0.2, 0.0, 0.0, 0.0))
    assert above[-1, S.THETA] > 0.2


def test_coulomb_friction_can_hold_the_pendulum_upright():
    start = (0.0, math.pi - 0.003, 0.0, 0.0)
    assert np.all(drive(COURSE, "coulomb", [0.0] * 100, start)[:, S.ALPHA] == start[1])
    assert drive(COURSE, "viscous", [0.0] * 100, start)[-1, S.ALPHA] < start[1] - 0.1


def test_with_backlash_the_arm_waits_until_the_rotor_has_crossed_the_gap():
    robot = COURSE.with_values({"control.rate_hz": FINE})
    states = drive(robot, "backlash", [0.5] * 200, (0.0, 0.0, 0.0, 0.0))
    waiting = states[states[:, S.THETA_SPEED] == 0.0]
    half_gap = robot.motor.backlash_rad / 2
    assert len(waiting) > 10
    assert np.all(waiting[:, S.THETA] == 0.0)
    assert waiting[-1, S.ROTOR] == pytest.approx(half_gap, rel=0.1)
    assert states[len(waiting), S.THETA_SPEED] > 0.0


def test_at_a_reversal_the_rotor_crosses_the_whole_gap_before_it_pulls_the_arm_back():
    robot = COURSE.with_values({"control.rate_hz": FINE, "pendulum.mass_kg": 1e-6})
    states = drive(robot, "backlash", [0.3] * 500 + [-0.3] * 500)
    gap = states[:, S.ROTOR] - states[:, S.THETA]
    half = robot.motor.backlash_rad / 2
    assert gap[499] == pytest.approx(half)
    assert gap[-1] == pytest.approx(-half)
    crossing = np.flatnonzero(np.abs(gap[500:]) < 0.999 * half)
    speeds = states[500 + crossing, S.THETA_SPEED]
    assert len(crossing) > 10
    assert np.ptp(speeds) < 1e-3 * abs(speeds[0])  # meanwhile the arm feels nothing


def test_a_collision_in_the_gears_keeps_momentum_and_loses_energy():
    light = {"pendulum.mass_kg": 1e-9, "pendulum.inertia_axial_kg_m2": 1e-12}
    robot = COURSE.with_values({**light, "control.rate_hz": FINE})
    free = robot.with_values({"motor.torque_constant_nm_a": 1e-300})
    parameters, state = pack(free, "backlash"), new_state(1)[0]
    place(parameters, state, 0.0, 0.0)
    state[S.ROTOR_SPEED] = 10.0
    for _ in range(100):
        advance_one(parameters, state, 0.0)
    rotor, arm = parameters[P.ROTOR_INERTIA], parameters[P.ARM_INERTIA]
    assert state[S.THETA_SPEED] == state[S.ROTOR_SPEED]
    assert state[S.THETA_SPEED] == pytest.approx(10.0 * rotor / (rotor + arm), rel=1e-5)


@pytest.mark.parametrize("share", [0.1, 0.01, 0.001, 1e-6])
def test_the_smaller_the_gap_the_less_it_matters(share):
    small = COURSE.with_values({"motor.backlash_rad": share * COURSE.motor.backlash_rad})
    rng = np.random.default_rng(10)
    differences = []
    for _ in range(10):
        commands = random_commands(rng, 25)
        with_gap, without = drive(small, "backlash", commands), drive(COURSE, "ideal", commands)
        differences.append(np.abs(with_gap - without)[-1, [S.THETA, S.ALPHA]].max())
    assert max(differences) < 0.05
    assert np.median(differences) < 0.01


@pytest.mark.parametrize(("command", "moves"), [(0.07, False), (-0.08, False), (0.09, True)])
def test_commands_inside_the_dead_zone_do_nothing(command, moves):
    states = drive(COURSE, "dead_zone", [command] * 20, (0.0, 0.0, 0.0, 0.0))
    assert (states[-1, S.THETA] != 0.0) == moves


def test_beyond_the_dead_zone_full_command_is_still_full_voltage():
    still = COURSE.with_values({"arm.inertia_kg_m2": 1e3})
    current = drive(still, "dead_zone", [1.0, 0.54])[:, S.CURRENT]
    expected = 12.0 / COURSE.motor.resistance_ohm
    assert current == pytest.approx([expected, 0.5 * expected], rel=1e-4)


def test_drive_brake_brakes_at_zero_command_and_drive_coast_does_not():
    coast = COURSE.with_values({"drive.mode": "coast"})
    spinning = (0.0, 0.0, 20.0, 0.0)
    light = {"pendulum.mass_kg": 1e-6}
    braked = drive(COURSE.with_values(light), "dead_zone", [0.0] * 10, spinning)
    coasting = drive(coast.with_values(light), "dead_zone", [0.0] * 10, spinning)
    assert braked[-1, S.THETA_SPEED] < 18.0
    assert coasting[-1, S.THETA_SPEED] == pytest.approx(20.0, rel=1e-3)


def test_current_rises_with_the_electrical_time_constant():
    still = COURSE.with_values({"arm.inertia_kg_m2": 1e3, "control.rate_hz": FINE})
    current = drive(still, "current_rise", [1.0] * 20)[:, S.CURRENT]
    t = np.arange(1, 21) / FINE
    tau = COURSE.motor.inductance_h / COURSE.motor.resistance_ohm
    expected = 12.0 / COURSE.motor.resistance_ohm * (1 - np.exp(-t / tau))
    assert current == pytest.approx(expected, rel=1e-3)


def test_supply_sags_under_load_and_limits_the_current():
    still = COURSE.with_values({"arm.inertia_kg_m2": 1e3})
    expected = 12.0 / (COURSE.motor.resistance_ohm + COURSE.supply.resistance_ohm)
    current = drive(still, "supply_sag", [1.0, -1.0])[:, S.CURRENT]
    assert current == pytest.approx([expected, -expected], rel=1e-4)
    limited = still.with_values({"supply.current_limit_a": 0.5})
    assert drive(limited, "supply_sag", [1.0])[-1, S.CURRENT] == 0.5


def test_latency_of_one_period_is_the_run_shifted_by_one_period():
    commands = random_commands(np.random.default_rng(8), 60)
    late = drive(COURSE, "latency", commands)
    prompt = drive(COURSE, "ideal", [0.0, *commands[:-1]])
    assert np.array_equal(late[:, :4], prompt[:, :4])


def test_latency_of_half_a_period_changes_the_command_amid_the_period():
    robot = COURSE.with_values({"control.latency_s": 0.01, "arm.inertia_kg_m2": 1e3})
    states = drive(robot, "latency", [1.0, 0.0], (0.0, 0.0, 0.0, 0.0))
    whole = COURSE.with_values({"arm.inertia_kg_m2": 1e3})
    full = drive(whole, "ideal", [1.0], (0.0, 0.0, 0.0, 0.0))[0, S.THETA_SPEED]
    assert states[:, S.THETA_SPEED] == pytest.approx([full / 2, full], rel=1e-3)


def test_angles_are_not_wrapped_over_many_turns():
    states = drive(COURSE, "encoder_counts", [1.0] * 200, (0.0, 0.0, 0.0, 80.0))
    assert states[-1, S.THETA] > 20 * math.pi
    assert np.abs(states[:, S.ALPHA]).max() > 4 * math.pi
    half_count = math.pi / COURSE.sensors.arm_counts_per_turn
    error = np.abs(states[:, S.ARM_MEASURED] - states[:, S.THETA])
    assert 0 < error.max() <= half_count * (1 + 1e-9)


def test_many_pendulums_move_exactly_as_single_ones():
    rng = np.random.default_rng(9)
    parameters = np.array([pack(varied(COURSE, rng), "full") for _ in range(7)])
    many = new_state(7)
    for row, state in zip(parameters, many, strict=True):
        place(row, state, *rng.normal(0, 1, 4))
    single = many.copy()
    for _ in range(100):
        commands = rng.uniform(-1, 1, 7)
        advance(parameters, many, commands)
        for row, state, command in zip(parameters, single, commands, strict=True):
            advance_one(row, state, command)
    assert np.array_equal(many, single)
