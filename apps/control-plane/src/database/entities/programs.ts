import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instantDefault } from './columns.js';

/** A program that a user published. Names are given once; another meaning needs another name. */
@Entity('programs')
export class PublishedProgram {
  @PrimaryColumn('text') name!: string;
  @Column('text') digest!: string;
  @Column('text') definition!: string;
  @Column('text', { name: 'published_by' }) publishedBy!: string;
  @Column('text') kid!: string;
  @Column('text') statement!: string;
  @Column(instantDefault('published_at')) publishedAt!: Date;
}
