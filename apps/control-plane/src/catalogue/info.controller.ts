import { Controller, Get } from '@nestjs/common';
import { ServiceInfo } from '#contract';
import { Route } from '../http/operation.js';
import { ServiceFacts } from './service-facts.js';

@Controller('v1/info')
export class InfoController {
  constructor(private readonly facts: ServiceFacts) {}

  @Get()
  @Route({ summary: 'What a node pins when it enrols', access: 'public', reply: ServiceInfo })
  info(): ServiceInfo {
    return this.facts.info();
  }
}
