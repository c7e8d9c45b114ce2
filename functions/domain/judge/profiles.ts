/**
 * How a fault may develop after an instance's update, by looks since its warm-up ended: there from the start or from a later
 * look on, or growing. A growing one is measured by what it is after ten looks.
 */
export const profiles: readonly { readonly weight: number; readonly at: (age: number) => number }[] = [
  { weight: 0.56, at: age => (age >= 0 ? 1 : 0) },
  { weight: 0.08, at: age => (age >= 3 ? 1 : 0) },
  { weight: 0.08, at: age => (age >= 6 ? 1 : 0) },
  { weight: 0.08, at: age => (age >= 12 ? 1 : 0) },
  { weight: 0.2, at: age => (age >= 0 ? (age + 1) / 10 : 0) },
];
