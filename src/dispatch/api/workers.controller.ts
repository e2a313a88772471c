import { Get, Inject } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ApiController, Operation } from '../../http/controller.js';
import { RequireRole } from '../../http/require-role.js';
import { WorkersService } from '../workers.service.js';

@ApiSchema({ name: 'Worker' })
export class WorkerView {
  @ApiProperty({ format: 'uuid', description: 'Of one start of the process' })
  id!: string;

  @ApiProperty()
  host!: string;

  @ApiProperty()
  version!: string;

  @ApiProperty({ type: 'integer', description: 'How many runs it can follow' })
  concurrency!: number;

  @ApiProperty({ type: 'integer' })
  runsFollowed!: number;

  @ApiProperty({ description: 'It takes no further run and lets go of those that it follows' })
  draining!: boolean;

  @ApiProperty({ format: 'date-time' })
  registeredAt!: string;

  @ApiProperty({ format: 'date-time' })
  lastBeatAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while it lives' })
  endedAt!: string | null;
}

@ApiSchema({ name: 'WorkerList' })
export class WorkerListView {
  @ApiProperty({ type: [WorkerView] })
  items!: WorkerView[];

  @ApiProperty({ type: String, nullable: true, description: 'Always null: the newest 500 come in one page' })
  nextCursor!: string | null;
}

/** `/workers`: which processes follow runs. */
@ApiController('workers', 'Workers')
@ApiExtraModels(WorkerView, WorkerListView)
export class WorkersController {
  constructor(@Inject(WorkersService) private readonly workers: WorkersService) {}

  @Get()
  @RequireRole('viewer')
  @Operation({
    summary: 'List workers',
    details: 'The newest first. A worker process that starts again is another worker.',
    answer: { status: 200, description: 'The workers', type: WorkerListView },
  })
  async list(): Promise<WorkerListView> {
    return { items: await this.workers.list(), nextCursor: null };
  }
}
