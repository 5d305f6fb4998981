// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * What a person or a tool can look at: /sys/module/trueno/codecs/FORMAT, which
 * everyone may read, tells what was found and chosen; debugfs
 * trueno/counters tells what it did since the module was loaded, and
 * trueno/choices what the codecs that choose a format by page have chosen.
 */
#include <linux/debugfs.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "trueno.h"

struct format_attribute {
	struct kobj_attribute base;
	const struct trueno_format *format;
};

static const char * const direction_names[TRUENO_DIRECTIONS] = {
	[TRUENO_COMPRESS] = "compress",
	[TRUENO_DECOMPRESS] = "decompress",
};

static struct format_attribute *attributes;
static struct kobject *codecs;
static struct dentry *debugfs_dir;

static ssize_t show_format(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	const struct format_attribute *attribute;
	const struct trueno_format *format;
	unsigned int i;
	int len = 0;

	attribute = container_of(attr, struct format_attribute, base);
	format = attribute->format;
	for (i = 0; i < TRUENO_DIRECTIONS; i++)
		len += sysfs_emit_at(buf, len, "%s %s\n", direction_names[i],
				     trueno_codec_isa_name(format->chosen[i]->codec));
	len += sysfs_emit_at(buf, len, "fallback %s\nvariants",
			     trueno_codec_isa_name(format->fallback->codec));
	for (i = 0; i < format->variant_count; i++)
		len += sysfs_emit_at(buf, len, " %s",
				     trueno_codec_isa_name(format->variants[i].codec));
	len += sysfs_emit_at(buf, len, "\n");
	return len;
}

static void show_counters(struct seq_file *file,
			  const struct trueno_variant *variant,
			  enum trueno_direction direction)
{
	struct trueno_counters sum = {};
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		const struct trueno_counters *counters;

		counters = &per_cpu_ptr(variant->counters, cpu)->direction[direction];
		sum.calls += READ_ONCE(counters->calls);
		sum.bytes_in += READ_ONCE(counters->bytes_in);
		sum.bytes_out += READ_ONCE(counters->bytes_out);
		sum.no_space += READ_ONCE(counters->no_space);
		sum.failures += READ_ONCE(counters->failures);
		sum.fallbacks += READ_ONCE(counters->fallbacks);
	}
	seq_printf(file, "%s %s %llu %llu %llu %llu %llu %llu\n",
		   trueno_codec_name(variant->codec),
		   direction_names[direction], sum.calls, sum.bytes_in,
		   sum.bytes_out, sum.no_space, sum.failures, sum.fallbacks);
}

static int counters_show(struct seq_file *file, void *data)
{
	const struct trueno_format *format;
	unsigned int i, j, direction;

	seq_puts(file, "codec direction calls bytes_in bytes_out no_space failures fallbacks\n");
	for (i = 0; (format = trueno_format_at(i)); i++)
		for (j = 0; j < format->variant_count; j++)
			for (direction = 0; direction < TRUENO_DIRECTIONS;
			     direction++)
				show_counters(file, &format->variants[j],
					      direction);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static void show_choices(struct seq_file *file,
			 const struct trueno_variant *variant,
			 enum trueno_direction direction)
{
	unsigned int choice, cpu;
	const char *name;

	for (choice = 0;
	     (name = trueno_codec_choice_name(variant->codec, choice));
	     choice++) {
		struct trueno_choice_counters sum = {};

		for_each_possible_cpu(cpu) {
			const struct trueno_choice_counters *counters;

			counters = &per_cpu_ptr(variant->counters, cpu)->choice[direction][choice];
			sum.calls += READ_ONCE(counters->calls);
			sum.bytes += READ_ONCE(counters->bytes);
		}
		seq_printf(file, "%s %s %s %llu %llu\n",
			   trueno_codec_name(variant->codec),
			   direction_names[direction], name, sum.calls,
			   sum.bytes);
	}
}

static int choices_show(struct seq_file *file, void *data)
{
	const struct trueno_format *format;
	unsigned int i, j, direction;

	seq_puts(file, "codec direction choice calls bytes\n");
	for (i = 0; (format = trueno_format_at(i)); i++)
		for (j = 0; j < format->variant_count; j++)
			for (direction = 0; direction < TRUENO_DIRECTIONS;
			     direction++)
				show_choices(file, &format->variants[j],
					     direction);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(choices);

static int add_format(struct format_attribute *attribute,
		      const struct trueno_format *format)
{
	attribute->format = format;
	sysfs_attr_init(&attribute->base.attr);
	attribute->base.attr.name = format->name;
	attribute->base.attr.mode = 0444;
	attribute->base.show = show_format;
	return sysfs_create_file(codecs, &attribute->base.attr);
}

int trueno_state_init(void)
{
	const struct trueno_format *format;
	unsigned int i;
	int err = 0;

	attributes = kcalloc(trueno_format_count(), sizeof(*attributes),
			     GFP_KERNEL);
	codecs = kobject_create_and_add("codecs",
					&THIS_MODULE->mkobj.kobj);
	if (!attributes || !codecs)
		err = -ENOMEM;
	for (i = 0; !err && (format = trueno_format_at(i)); i++)
		err = add_format(&attributes[i], format);
	if (err) {
		trueno_state_exit();
		return err;
	}
	debugfs_dir = debugfs_create_dir("trueno", NULL);
	debugfs_create_file("counters", 0400, debugfs_dir, NULL,
			    &counters_fops);
	debugfs_create_file("choices", 0400, debugfs_dir, NULL, &choices_fops);
	return 0;
}

void trueno_state_exit(void)
{
	debugfs_remove_recursive(debugfs_dir);
	debugfs_dir = NULL;
	/* Removes the files too and waits for their readers. */
	kobject_put(codecs);
	codecs = NULL;
	kfree(attributes);
	attributes = NULL;
}
