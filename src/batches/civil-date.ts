/** A day of the Gregorian calendar, extended to all times. */
export interface CivilDate {
  readonly year: number;
  /** 1 ... 12. */
  readonly month: number;
  /** 1 ... 31. */
  readonly day: number;
}

/** The date of a day, counted since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms", 2013). */
export function civilDateOf(days: number): CivilDate {
  // Years begin in March, so that a leap day is the last of its year; 400 of them are 146,097 days.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const place = Math.floor((5 * dayOfYear + 2) / 153);
  const month = place < 10 ? place + 3 : place - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * place + 2) / 5) + 1,
  };
}

/** The inverse of `civilDateOf`. A day beyond the end of its month counts on into the next. */
export function daysOfCivil({ year, month, day }: CivilDate): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** As `daysOfCivil`, undefined for a day there is not. */
export function dayOf(date: CivilDate): number | undefined {
  const days = daysOfCivil(date);
  const { month, day } = date;
  // Every month has these.
  if (month >= 1 && month <= 12 && day >= 1 && day <= 28) return days;
  const found = civilDateOf(days);
  return found.month === month && found.day === day ? days : undefined;
}
