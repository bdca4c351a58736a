/*
 * src/base/library.c - libraries that are used where they are installed.
 *
 * What only some evidence or some output needs is not linked but opened at first
 * use: the program starts without it, and faster with it. Every symbol is bound at
 * once, because the first call may come in a confined child that can open nothing.
 */
#include "base/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *hidden;

void noro_library_hide(const char *name)
{
	hidden = name;
}

static enum noro_status bind_calls(
	const struct noro_library *lib, void *handle, struct noro_error *err)
{
	for (size_t i = 0; i < lib->calls; i++) {
		void *call = dlsym(handle, lib->call[i]);

		if (!call)
			return noro_fail(err, NORO_EUNSUPPORTED,
				N_("needs %1; the one installed lacks %2"), lib->name,
				lib->call[i]);
		/* ISO C keeps data and functions apart; POSIX promises that this copy works */
		memcpy((char *)lib->pointer + i * sizeof(call), &call, sizeof(call));
	}
	return NORO_OK;
}

static enum noro_status open_and_bind(struct noro_library *lib, struct noro_error *err)
{
	enum noro_status st;
	void *handle = NULL;

	for (size_t i = 0; !handle && lib->soname[i]; i++)
		handle = dlopen(lib->soname[i], RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return noro_fail(
			err, NORO_EUNSUPPORTED, N_("needs %1, which is not installed"), lib->name);
	st = bind_calls(lib, handle, err);
	if (st == NORO_OK)
		lib->handle = handle;
	else
		(void)dlclose(handle);
	return st;
}

enum noro_status noro_library_load(struct noro_library *lib, struct noro_error *err)
{
	enum noro_status st = NORO_OK;

	if (hidden && strcmp(hidden, lib->name) == 0)
		return noro_fail(
			err, NORO_EUNSUPPORTED, N_("needs %1, which is not installed"), lib->name);
	pthread_mutex_lock(&lock);
	if (!lib->handle)
		st = open_and_bind(lib, err);
	pthread_mutex_unlock(&lock);
	return st;
}
