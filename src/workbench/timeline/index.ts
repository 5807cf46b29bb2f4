/** Pictures of schedules, on paper and of real programs. */
export { schedulePage, schedulePerfetto, scheduleSvg } from './schedule-pictures.ts';
