import { Global, Module, type DynamicModule, type ValueProvider } from '@nestjs/common';
import { Listeners } from '../http/listeners.js';
import { Housekeeping } from './housekeeping.js';
import { WakeBus } from './wake-bus.js';

/** What every feature may ask for: settings, keys, metrics, the wake-up bus, the listeners. */
@Global()
@Module({})
export class DatabaseModule {
  static with(values: readonly ValueProvider[]): DynamicModule {
    return { module: DatabaseModule, providers: [...values, WakeBus, Listeners, Housekeeping], exports: [...values.map(({ provide }) => provide), WakeBus, Listeners] };
  }
}
