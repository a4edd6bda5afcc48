import { Controller, Post } from '@nestjs/common';
import { z } from 'zod';
import { AnalysePolicy, AnalysisView, ComparePolicies, DifferenceView, PolicyTestView, TestPolicy, WhoCanRequest, WhoCanView } from '#contract';
import { ParsedBody, Route } from '../http/operation.js';
import { PolicyAnswers } from './policy-answers.service.js';

@Controller('v1/policies')
export class PolicyAnswersController {
  constructor(private readonly answers: PolicyAnswers) {}

  @Post('analysis')
  @Route({ summary: 'What the author of a policy hardly meant, each with a request that shows it', access: 'read', body: AnalysePolicy, reply: AnalysisView })
  analyse(@ParsedBody() body: z.infer<typeof AnalysePolicy>) {
    return this.answers.analyse(body);
  }

  @Post('difference')
  @Route({ summary: 'What another policy changes: sentences, and recorded decisions that it would make otherwise', access: 'read', body: ComparePolicies, reply: DifferenceView })
  compare(@ParsedBody() body: z.infer<typeof ComparePolicies>) {
    return this.answers.compare(body);
  }

  @Post('who-can')
  @Route({ summary: 'What a policy can ever allow, and with whose signatures', access: 'read', body: WhoCanRequest, reply: WhoCanView })
  whoCan(@ParsedBody() body: z.infer<typeof WhoCanRequest>) {
    return this.answers.whoCan(body);
  }

  @Post('test')
  @Route({ summary: 'Decide the cases of a policy test; nothing is stored', access: 'read', body: TestPolicy, reply: PolicyTestView })
  test(@ParsedBody() body: z.infer<typeof TestPolicy>) {
    return this.answers.test(body);
  }
}
