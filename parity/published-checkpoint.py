"""Writes a checkpoint as the published training code does, by PyTorch: AdamW and its cosine schedule on the weights of a
file, with gradients that a test can compute as well, and the weights after one further step.

    npm run ts -- parity/published-weights.ts weights.pth FrGT
    python parity/published-checkpoint.py weights.pth checkpoint.pth after.pth [--loss]

--loss trains the weights of the loss as well. packages/mtpi-train/test/fixtures/published-*.gz were made so, with PyTorch
2.5.1 on the CPU: FrGT without, FrFT with --loss.
"""

import sys

import torch

EPOCHS, EPOCH, STEPS_PER_EPOCH = 4, 2, 3
BUFFERS = ('running_mean', 'running_var', 'num_batches_tracked')


def gradient(parameter: torch.Tensor, number: int, step: int) -> torch.Tensor:
    """Multiples of 1/16 from -1/2 to 1/2."""
    index = torch.arange(parameter.numel(), dtype=torch.float32)
    return (((7 * index + 5 * number + 11 * step) % 17 - 8) / 16).reshape(parameter.shape)


weights, checkpoint, after, *options = sys.argv[1:]
model = torch.load(weights, weights_only=True)['model']
parameters = {
    name: torch.nn.Parameter(tensor)
    for name, tensor in model.items()
    if not name.endswith(BUFFERS) and not name.endswith('.fft.weight')
}
loss = {}
if '--loss' in options:
    loss = {f'log_sigma_{term}': torch.nn.Parameter(torch.tensor(0.25 * i)) for i, term in enumerate('net')}
trained = [*parameters.values(), *loss.values()]
optimizer = torch.optim.AdamW(trained, lr=1e-2, weight_decay=0.05)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS, eta_min=1e-4)


def train(step: int) -> None:
    for number, parameter in enumerate(trained):
        parameter.grad = gradient(parameter, number, step)
    optimizer.step()


def save(path: str) -> None:
    torch.save(
        {
            'epoch': EPOCH,
            'model': {name: parameters.get(name, tensor).detach() for name, tensor in model.items()},
            **({'loss': {name: sigma.detach() for name, sigma in loss.items()}} if loss else {}),
            'optimizer': optimizer.state_dict(),
            'scheduler': scheduler.state_dict(),
        },
        path,
    )


for step in range(EPOCH * STEPS_PER_EPOCH):
    train(step)
    if (step + 1) % STEPS_PER_EPOCH == 0:
        scheduler.step()
save(checkpoint)
train(EPOCH * STEPS_PER_EPOCH)
save(after)
