/** Pictures of schedules, on paper and of real programs. */

export { ScheduleRecorder } from './recording/recorder.ts';
export { type ProcessMeasures, type Recording, recordingOf } from './recording/recording.ts';
export {
  recordingFile,
  TIMELINE_ENDINGS,
  type TimelineEnding,
  timelineEnding,
} from './recording/recording-pictures.ts';
export { schedulePage, schedulePerfetto, scheduleSvg } from './schedule-pictures.ts';
