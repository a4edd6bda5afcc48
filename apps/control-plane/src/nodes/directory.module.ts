import { Module } from '@nestjs/common';
import { NodeDirectory } from './node-directory.service.js';
import { SignedStatements } from './signed-statements.service.js';

/** Who is registered, and what they signed; nothing here changes a registration. */
@Module({ providers: [NodeDirectory, SignedStatements], exports: [NodeDirectory, SignedStatements] })
export class DirectoryModule {}
