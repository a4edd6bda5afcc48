import { Module } from '@nestjs/common';
import { Superseding } from './superseding.service.js';

@Module({ providers: [Superseding], exports: [Superseding] })
export class SupersedingModule {}
