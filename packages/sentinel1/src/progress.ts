export type { JobOptions, Progress, Warning } from '@mtpi/jobs';
