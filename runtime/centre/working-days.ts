const dayMs = 86_400_000;
const chinaStandardTimeMs = 8 * 3_600_000;

/** Day number in the country's zone; day 0 was a Thursday. */
function dayOf(instant: number): number {
  return Math.floor((instant + chinaStandardTimeMs) / dayMs);
}

/** YYYY-MM-DD in the country's zone. */
export function calendarDay(instant: number): string {
  return new Date(instant + chinaStandardTimeMs).toISOString().slice(0, 10);
}

/** Hour of the day, 0 to under 24, in the country's zone. */
export function hourOfDay(instant: number): number {
  return ((instant + chinaStandardTimeMs) % dayMs) / 3_600_000;
}

export function isWorkingDay(instant: number): boolean {
  return workingDay(dayOf(instant));
}

function workingDay(day: number): boolean {
  const weekday = (((day + 4) % 7) + 7) % 7;
  return weekday !== 0 && weekday !== 6;
}

/**
 * Monday-to-Friday days after the day of `from` up to and with the day of `to`: the day of acceptance is not counted
 * (Civil Code art. 201). Public holidays are not known here.
 */
export function workingDaysBetween(from: number, to: number): number {
  let days = 0;
  for (let day = dayOf(from) + 1; day <= dayOf(to); day += 1) if (workingDay(day)) days += 1;
  return days;
}
